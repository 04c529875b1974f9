// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegionLayoutTest {
    @ParameterizedTest
    @CsvSource({"2, 1", "504, 1", "505, 2", "1016, 2", "1017, 3", "16384, 33"})
    void theTableHasAnEntryForEveryFrameAndTheReservedOnes(int frames, int tableFrames) {
        RegionLayout layout = new RegionLayout(frames);
        assertThat(layout.tableFrames()).isEqualTo(tableFrames);
        assertThat(layout.refs()).isGreaterThanOrEqualTo(frames + 8);
        assertThat(layout.guestFrames()).isEqualTo(frames - tableFrames);
        assertThat(layout.isGuestFrame(tableFrames - 1)).isFalse();
        assertThat(layout.isGuestFrame(tableFrames)).isTrue();
        assertThat(layout.isGuestFrame(frames - 1)).isTrue();
        assertThat(layout.isGuestFrame(frames)).isFalse();
        assertThat(layout.isGuestFrame(-1)).isFalse();
    }

    @Test
    void theSmallestRegionForSoManyGuestFramesIsFound() {
        for (int guestFrames = 1; guestFrames < 3000; guestFrames++) {
            RegionLayout layout = RegionLayout.forGuestFrames(guestFrames);
            assertThat(layout.guestFrames()).isGreaterThanOrEqualTo(guestFrames);
            if (layout.frames() > 2) {
                assertThat(new RegionLayout(layout.frames() - 1).guestFrames()).isLessThan(guestFrames);
            }
        }
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RegionLayout(1));
        assertThatIllegalArgumentException().isThrownBy(() -> new RegionLayout(Integer.MAX_VALUE));
    }
}
