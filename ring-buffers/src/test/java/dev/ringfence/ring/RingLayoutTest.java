// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringfence.memory.SharedMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingLayoutTest {
    /** Measured by compiling Xen's headers: blkif, netif tx, netif rx, netif ctrl. */
    @ParameterizedTest
    @CsvSource({"1, 112, 32", "2, 112, 64", "16, 112, 512", "1, 12, 256", "1, 8, 256", "1, 16, 128"})
    void slotCountsAreXens(int pages, int entryBytes, int slots) {
        assertThat(RingLayout.slotCount(pages * 4096L, entryBytes)).isEqualTo(slots);
    }

    @Test
    void oddSizesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RingLayout.slotCount(0, 112));
        assertThatIllegalArgumentException().isThrownBy(() -> RingLayout.slotCount(4095, 112));
        assertThatIllegalArgumentException().isThrownBy(() -> RingLayout.slotCount(17 * 4096L, 112));
        assertThatIllegalArgumentException().isThrownBy(() -> RingLayout.slotCount(4096, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> RingLayout.slotCount(4096, 4033));
    }

    @Test
    void aNewRingHasXensHeader() {
        try (SharedMemory memory = RingPair.pages(1)) {
            memory.window().fill(0, 4096, (byte) 0x5a);
            new FrontRing(memory.window(), 112).initialise();

            byte[] header = new byte[64];
            memory.window().byteBuffer(0, 64).get(header);

            byte[] expected = new byte[64];
            expected[4] = 1;
            expected[12] = 1;
            assertThat(header).isEqualTo(expected);
        }
    }
}
