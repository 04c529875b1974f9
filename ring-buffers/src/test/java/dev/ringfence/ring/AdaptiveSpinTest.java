// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdaptiveSpinTest {
    private static final long NANOS = 50_000;
    private static final int MANY = 10_000;

    private final AdaptiveSpin spin = new AdaptiveSpin(NANOS);

    @Test
    void looksEveryTimeWhileItPays() {
        for (int i = 0; i < MANY; i++) {
            assertThat(spin.nextNanos()).isEqualTo(NANOS);
            spin.found();
        }
    }

    @Test
    void forgivesTwoMissesInARow() {
        for (int i = 0; i < 2; i++) {
            assertThat(spin.nextNanos()).isEqualTo(NANOS);
            spin.missed();
        }
        assertThat(spin.nextNanos()).isEqualTo(NANOS);
    }

    @Test
    void looksEverMoreRarelyWhereItNeverPays() {
        assertThat(looksInVain(MANY)).isBetween(MANY / 64, MANY / 64 + 10);
    }

    @Test
    void looksEveryTimeAgainOnceItPaid() {
        looksInVain(MANY);
        int chances = 1;
        while (spin.nextNanos() == 0) {
            chances++;
        }
        assertThat(chances).isLessThanOrEqualTo(64);
        spin.found();
        assertThat(spin.nextNanos()).isEqualTo(NANOS);
    }

    @Test
    void neverLooksWhenToldSo() {
        AdaptiveSpin off = new AdaptiveSpin(0);
        for (int i = 0; i < 100; i++) {
            assertThat(off.nextNanos()).isZero();
        }
    }

    private int looksInVain(int chances) {
        int looks = 0;
        for (int i = 0; i < chances; i++) {
            if (spin.nextNanos() > 0) {
                looks++;
                spin.missed();
            }
        }
        return looks;
    }

    @Test
    void aLookEndsWithTheNewsOrWithItsTime() {
        AdaptiveSpin spin = new AdaptiveSpin(1_000);
        int[] looks = {0};

        assertThat(spin.look(() -> ++looks[0] > 0)).isTrue();
        assertThat(looks[0]).isEqualTo(1);
        assertThat(spin.look(() -> false)).isFalse();
    }
}
