// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrantTableTest {
    private final Region region = new Region();

    @AfterEach
    void unmap() {
        region.close();
    }

    @Test
    void anEntryHasXensLayout() {
        int ref = region.guest.grantAccess(0x1234, 9, true);
        int writable = region.guest.grantAccess(Region.DRIVER, 10, false);

        assertThat(entry(ref)).isEqualTo("0500" + "3412" + "09000000");
        assertThat(entry(writable)).isEqualTo("0100" + "0300" + "0a000000");
    }

    private String entry(int ref) {
        byte[] bytes = new byte[8];
        ByteBuffer buffer = region.window.byteBuffer(ref * 8L, 8);
        buffer.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void everyRefButTheReservedOnesIsHandedOutOnce() {
        Set<Integer> refs = new HashSet<>();
        for (int ref = grant(); ref != GrantTable.NONE_FREE; ref = grant()) {
            assertThat(ref).isBetween(8, 511);
            assertThat(refs.add(ref)).isTrue();
        }
        assertThat(refs).hasSize(504);
        assertThat(region.guest.freeRefs()).isZero();

        assertThat(region.guest.endAccess(77)).isTrue();
        assertThat(grant()).isEqualTo(77);
    }

    private int grant() {
        return region.guest.grantAccess(Region.DRIVER, 5, false);
    }

    @Test
    void accessIsNotTakenBackWhileTheDriverUsesThePage() {
        int ref = grant();
        region.driver.pin(ref, false);
        assertThat(region.guest.inUse(ref)).isTrue();
        assertThat(region.guest.endAccess(ref)).isFalse();
        assertThat(region.driver.validate(ref, false)).isEqualTo(5);

        region.driver.unpin(ref, false);
        assertThat(region.guest.inUse(ref)).isFalse();
        assertThat(region.guest.endAccess(ref)).isTrue();
        assertThat(region.driver.validate(ref, false)).isEqualTo(GrantStatus.BAD_GNTREF);
    }

    @Test
    void mistakesOfTheGuestThrow() {
        assertThatIllegalArgumentException().isThrownBy(() -> region.guest.grantAccess(1, 0, false));
        assertThatIllegalArgumentException().isThrownBy(() -> region.guest.grantAccess(1, Region.FRAMES, false));
        assertThatIllegalArgumentException().isThrownBy(() -> region.guest.grantAccess(65536, 5, false));
        assertThatIllegalArgumentException().isThrownBy(() -> region.guest.endAccess(7));
        assertThatIllegalArgumentException().isThrownBy(() -> region.guest.endAccess(512));
    }
}
