// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrantMapTest {
    private static final int PERMIT = 1;
    private static final int READONLY = 4;
    private static final int READING = 8;
    private static final int WRITING = 16;

    private final Region region = new Region();
    private final GrantMap driver = region.driver;

    @AfterEach
    void unmap() {
        region.close();
    }

    @Test
    void theBitsFollowTheUsesOfThePage() {
        int ref = region.guest.grantAccess(Region.DRIVER, 9, false);

        assertThat(driver.pin(ref, false)).isEqualTo(9);
        assertThat(region.flags(ref)).isEqualTo(PERMIT | READING);
        assertThat(driver.pin(ref, true)).isEqualTo(9);
        assertThat(driver.pin(ref, true)).isEqualTo(9);
        assertThat(region.flags(ref)).isEqualTo(PERMIT | READING | WRITING);
        driver.unpin(ref, true);
        assertThat(region.flags(ref)).isEqualTo(PERMIT | READING | WRITING);
        driver.unpin(ref, true);
        assertThat(region.flags(ref)).isEqualTo(PERMIT | READING);
        driver.unpin(ref, false);
        assertThat(region.flags(ref)).isEqualTo(PERMIT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, -1, 512, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aRefThatNobodyCanHaveGrantedIsRefused(int ref) {
        for (int reserved = 0; reserved < 8; reserved++) {
            region.entry(reserved, PERMIT, Region.DRIVER, 9);
        }
        assertThat(driver.validate(ref, false)).isEqualTo(GrantStatus.BAD_GNTREF);
        assertThat(driver.pin(ref, false)).isEqualTo(GrantStatus.BAD_GNTREF);
        assertThat(driver.pinPersistently(ref, false)).isEqualTo(GrantStatus.BAD_GNTREF);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 3, 9, -3", // invalid
        "2, 3, 9, -3", // accept_transfer
        "3, 3, 9, -3", // transitive
        "257, 3, 9, -3", // sub_page
        "1, 4, 9, -8", // for another domain
        "1, 0, 9, -8",
        "5, 3, 9, -8", // read-only
        "1, 3, 0, -9", // the grant table itself
        "1, 3, 64, -9", // beyond the region
        "1, 3, -1, -9",
        "1, 3, -2147483648, -9",
    })
    void anEntryThatDoesNotPermitWritingIsRefused(int flags, int domid, int frame, int status) {
        region.entry(100, flags, domid, frame);

        assertThat(driver.validate(100, true)).isEqualTo(status);
        assertThat(driver.pin(100, true)).isEqualTo(status);
        assertThat(driver.pinPersistently(100, true)).isEqualTo(status);
        assertThat(region.flags(100)).isEqualTo(flags);
        assertThatIllegalStateException().isThrownBy(() -> driver.unpin(100, true));
    }

    @Test
    void aReadOnlyPageCanBeRead() {
        int ref = region.guest.grantAccess(Region.DRIVER, 9, true);
        assertThat(driver.pin(ref, false)).isEqualTo(9);
        assertThat(driver.pin(ref, true)).isEqualTo(GrantStatus.PERMISSION_DENIED);
        assertThat(region.flags(ref)).isEqualTo(PERMIT | READONLY | READING);
        driver.unpin(ref, false);
        assertThat(region.flags(ref)).isEqualTo(PERMIT | READONLY);
    }

    @Test
    void aGuestThatRevokesAPageInUseLosesOnlyThatPage() {
        int ref = region.guest.grantAccess(Region.DRIVER, 9, false);
        driver.pin(ref, true);
        region.entry(ref, 0, 0, 0);

        assertThat(driver.validate(ref, true)).isEqualTo(GrantStatus.BAD_GNTREF);
        driver.unpin(ref, true);
        assertThat(region.flags(ref)).isZero();
    }

    @Test
    void bitsThatAGuestSetItselfAreClearedAfterUse() {
        region.entry(100, PERMIT | READING | WRITING, Region.DRIVER, 9);
        assertThat(driver.pin(100, false)).isEqualTo(9);
        driver.unpin(100, false);
        assertThat(region.flags(100)).isEqualTo(PERMIT);
    }

    @Test
    void persistentPagesStayPinnedAndAreValidatedAtEveryUse() {
        int ref = region.guest.grantAccess(Region.DRIVER, 9, false);
        assertThat(driver.pinPersistently(ref, false)).isEqualTo(9);
        assertThat(region.flags(ref)).isEqualTo(PERMIT | READING);
        assertThat(driver.pinPersistently(ref, true)).isEqualTo(9);
        assertThat(driver.pinPersistently(ref, true)).isEqualTo(9);
        assertThat(region.flags(ref)).isEqualTo(PERMIT | READING | WRITING);
        assertThat(region.guest.endAccess(ref)).isFalse();

        driver.pin(ref, false);
        driver.unpin(ref, false);
        assertThat(region.flags(ref)).isEqualTo(PERMIT | READING | WRITING);
        assertThatIllegalStateException().isThrownBy(() -> driver.unpin(ref, false));

        region.entry(ref, PERMIT | READONLY, Region.DRIVER, 9);
        assertThat(driver.pinPersistently(ref, true)).isEqualTo(GrantStatus.PERMISSION_DENIED);
        region.entry(ref, PERMIT, Region.DRIVER, 6400);
        assertThat(driver.pinPersistently(ref, true)).isEqualTo(GrantStatus.BAD_PAGE);
    }

    @Test
    void aSuccessorClearsWhatItsPredecessorPinnedAndPinsAnew() {
        int used = region.guest.grantAccess(Region.DRIVER, 9, false);
        int idle = region.guest.grantAccess(Region.DRIVER, 10, true);
        driver.pin(used, true);
        driver.pinPersistently(idle, false);

        GrantMap successor = new GrantMap(region.window, Region.DRIVER);
        successor.rebuildInUse();
        successor.pin(used, true);

        assertThat(region.flags(used)).isEqualTo(PERMIT | READING | WRITING);
        assertThat(region.flags(idle)).isEqualTo(PERMIT | READONLY);
        successor.unpin(used, true);
        assertThat(region.guest.endAccess(used)).isTrue();
        assertThat(region.guest.endAccess(idle)).isTrue();
    }

    @Test
    void aRefPinnedTooOftenIsRefusedAndWorksAgainAfterwards() {
        int ref = region.guest.grantAccess(Region.DRIVER, 9, false);
        int pinned = 0;
        while (driver.pin(ref, true) == 9) {
            pinned++;
        }
        assertThat(driver.pin(ref, true)).isEqualTo(GrantStatus.NO_SPACE);
        for (; pinned > 0; pinned--) {
            driver.unpin(ref, true);
        }
        assertThat(region.flags(ref)).isEqualTo(PERMIT);
        assertThatIllegalStateException().isThrownBy(() -> driver.unpin(ref, true));
    }
}
