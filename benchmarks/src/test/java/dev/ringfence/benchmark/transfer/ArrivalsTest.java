// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private static final long MILLI = 1_000_000;

    private final Arrivals arrivals = new Arrivals();

    @Test
    void findsTheLongestSilenceThatTouchesASpan() {
        arrivals.begin(0);
        arrivals.arrived(10, 5 * MILLI);
        arrivals.arrived(10, 6 * MILLI);
        arrivals.arrived(10, 9 * MILLI);
        arrivals.arrived(10, 30 * MILLI);

        assertThat(arrivals.longestNanos(0, 30 * MILLI)).isEqualTo(21 * MILLI);
        assertThat(arrivals.longestNanos(0, 9 * MILLI)).isEqualTo(5 * MILLI);
        assertThat(arrivals.longestNanos(7 * MILLI, 9 * MILLI)).isEqualTo(3 * MILLI);
        assertThat(arrivals.longestNanos(5 * MILLI, 6 * MILLI)).isEqualTo(MILLI);
    }

    @Test
    void aSilenceThatHasNotEndedCounts() {
        arrivals.begin(0);
        arrivals.arrived(10, MILLI);

        assertThat(arrivals.longestNanos(0, 100 * MILLI)).isEqualTo(99 * MILLI);
    }

    @Test
    void countsBytesInBins() {
        arrivals.begin(7);
        arrivals.arrived(10, 8);
        arrivals.arrived(20, 7 + 2 * Arrivals.BIN_NANOS);

        assertThat(arrivals.bins()).containsExactly(10L, 0L, 20L);
        assertThat(arrivals.bytes()).isEqualTo(30);
    }
}
