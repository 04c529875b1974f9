// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GapsTest {
    private static final long[] TIMES = {100, 110, 120, 300, 310, 900, 910};

    @Test
    void theGapAroundAFaultIsFound() {
        assertThat(Gaps.longest(TIMES, 130, 200)).isEqualTo(new Gaps.Gap(120, 300));
    }

    @Test
    void aGapThatBeganBeforeTheFaultCounts() {
        assertThat(Gaps.longest(TIMES, 250, 260).nanos()).isEqualTo(180);
    }

    @Test
    void theLongestOfSeveralInTheWindowIsTaken() {
        assertThat(Gaps.longest(TIMES, 130, 400).nanos()).isEqualTo(590);
    }

    @Test
    void aGapThatEndsAtTheFaultOrBeginsAtTheEndIsSomebodyElses() {
        assertThat(Gaps.longest(TIMES, 300, 310).nanos()).isEqualTo(10);
    }

    @Test
    void withoutTwoCompletionsThereIsNoGap() {
        assertThat(Gaps.longest(new long[] {5}, 0, 10)).isEqualTo(Gaps.Gap.NONE);
        assertThat(Gaps.longest(new long[0], 0, 10)).isEqualTo(Gaps.Gap.NONE);
    }

    @Test
    void whatOneQueueSawEndsTheGapOfAll() {
        long[] merged = Gaps.merged(new long[][] {{100, 500}, {90, 250, 600}});

        assertThat(merged).containsExactly(90, 100, 250, 500, 600);
        assertThat(Gaps.longest(merged, 120, 400).nanos()).isEqualTo(250);
    }

    @Test
    void onlyLongGapsInTheWindowAreAddedUp() {
        assertThat(Gaps.sumOfLong(TIMES, 105, 1_000, 100)).isEqualTo(180 + 590);
        assertThat(Gaps.sumOfLong(TIMES, 105, 305, 100)).isEqualTo(180);
    }
}
