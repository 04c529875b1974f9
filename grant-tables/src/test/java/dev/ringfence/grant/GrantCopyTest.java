// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantCopyTest {
    private final Region one = new Region();
    private final Region other = new Region();
    private final int ref = one.guest.grantAccess(Region.DRIVER, 9, true);
    private final int otherRef = other.guest.grantAccess(Region.DRIVER, 20, false);

    @AfterEach
    void unmap() {
        one.close();
        other.close();
    }

    @Test
    void bytesGoFromPageToPage() {
        one.window.putLong(9 * 4096 + 4088, 0x1122334455667788L);

        assertThat(GrantCopy.between(one.driver, ref, 4088, other.driver, otherRef, 16, 8))
                .isZero();

        assertThat(other.window.getLong(20 * 4096 + 16)).isEqualTo(0x1122334455667788L);
        assertThat(one.guest.endAccess(ref)).isTrue();
        assertThat(other.guest.endAccess(otherRef)).isTrue();
    }

    @Test
    void bytesComeFromAndGoToMemoryOfOurOwn() {
        one.window.putLong(9 * 4096, 77);
        assertThat(GrantCopy.fromGrant(one.driver, ref, 0, other.window, 30 * 4096, 8))
                .isZero();
        assertThat(GrantCopy.toGrant(other.window, 30 * 4096, other.driver, otherRef, 4088, 8))
                .isZero();
        assertThat(other.window.getLong(20 * 4096 + 4088)).isEqualTo(77);
    }

    @ParameterizedTest
    @CsvSource({"4089, 8", "0, 4097", "-1, 8", "8, -1", "2147483647, 2147483647", "4096, 1"})
    void aCopyThatCrossesAPageIsRefused(int offset, int length) {
        assertThat(GrantCopy.fromGrant(one.driver, ref, offset, other.window, 0, length))
                .isEqualTo(GrantStatus.BAD_COPY_ARG);
        assertThat(GrantCopy.toGrant(one.window, 0, other.driver, otherRef, offset, length))
                .isEqualTo(GrantStatus.BAD_COPY_ARG);
        assertThat(GrantCopy.between(one.driver, ref, offset, other.driver, otherRef, 0, length))
                .isEqualTo(GrantStatus.BAD_COPY_ARG);
    }

    @Test
    void whateverGoesWrongNothingStaysPinned() {
        assertThat(GrantCopy.toGrant(other.window, 0, one.driver, ref, 0, 8)).isEqualTo(GrantStatus.PERMISSION_DENIED);
        assertThat(GrantCopy.between(one.driver, ref, 0, other.driver, 500, 0, 8))
                .isEqualTo(GrantStatus.BAD_GNTREF);
        assertThat(GrantCopy.between(one.driver, ref, 0, other.driver, otherRef, 4090, 8))
                .isEqualTo(GrantStatus.BAD_COPY_ARG);
        assertThat(GrantCopy.between(one.driver, 500, 0, other.driver, otherRef, 0, 8))
                .isEqualTo(GrantStatus.BAD_GNTREF);
        assertThatThrownBy(() -> GrantCopy.fromGrant(one.driver, ref, 0, other.window, -1, 8))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(one.guest.endAccess(ref)).isTrue();
        assertThat(other.guest.endAccess(otherRef)).isTrue();
    }
}
