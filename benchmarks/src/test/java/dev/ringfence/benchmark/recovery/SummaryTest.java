// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ringfence.benchmark.Summary;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SummaryTest {
    @Test
    void percentilesAreInMicroseconds() {
        Summary summary = Summary.ofNanos(
                LongStream.rangeClosed(1, 1_000).map(i -> i * 1_000).boxed().toList());

        assertThat(summary.n()).isEqualTo(1_000);
        assertThat(summary.p50()).isCloseTo(500, within(1.0));
        assertThat(summary.p99()).isCloseTo(990, within(1.0));
        assertThat(summary.p999()).isCloseTo(999, within(1.0));
        assertThat(summary.max()).isCloseTo(1_000, within(1.0));
    }

    @Test
    void nothingSumsUpToNothing() {
        assertThat(Summary.ofNanos(List.of())).isEqualTo(Summary.EMPTY);
    }

    @Test
    void aTimeBeforeItsBeginningCountsAsNone() {
        assertThat(Summary.ofNanos(List.of(-5_000L)).max()).isZero();
    }

    @Test
    void theMedianIsTheMiddleOrBetweenTheTwoInTheMiddle() {
        assertThat(Medians.of(List.of(9, 1, 5), Integer::doubleValue)).isEqualTo(5);
        assertThat(Medians.of(List.of(9, 1, 5, 6), Integer::doubleValue)).isEqualTo(5.5);
    }

    @Test
    void standbysThatAreReadyInHalfASecondSustainTwoKillsASecond() {
        StandbyCost cost = StandbyCost.of(List.of(new StandbyCost.Build(700, 500)));

        assertThat(cost.sustainedKillsPerSecond()).isEqualTo(2);
    }

    @Test
    void growthComparesTheEndWithTheTimeAfterTheStart() {
        List<SoakReport.Sample> samples = IntStream.range(0, 50)
                .mapToObj(i -> {
                    // Much at the start, then one more every five samples.
                    int descriptors = i < 10 ? 1 : 100 + i / 5;
                    return new SoakReport.Sample(
                            i, new ProcessUse(1, 1, 1, descriptors, 1), new ProcessUse(1, 1, 1, 7, 1));
                })
                .toList();
        SoakReport soak = new SoakReport(50, 25, Summary.EMPTY, Summary.EMPTY, List.of(), samples);

        assertThat(soak.growth(sample -> sample.hypervisor().descriptors())).isGreaterThan(1);
        assertThat(soak.growth(sample -> sample.guest().descriptors())).isEqualTo(1);
    }
}
