// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.ringfence.fault.campaign.OutcomeClass;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TallyTest {
    private final Tally tally = Tally.of(GoldenLedger.trials());

    /** In the order of the classes. */
    private static List<Long> counts(OutcomeCounts counts) {
        return Arrays.stream(OutcomeClass.values()).map(counts::count).toList();
    }

    private static <K> Map<K, List<Long>> counts(Map<K, OutcomeCounts> rows) {
        return rows.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, row -> counts(row.getValue())));
    }

    @Test
    void everyTrialIsCountedInItsClass() {
        assertThat(counts(tally.all())).containsExactly(1L, 1L, 1L, 3L, 2L, 1L, 1L, 1L, 1L, 1L);
        assertThat(tally.all().trials()).isEqualTo(13);
        assertThat(tally.all().born()).isEqualTo(12);
        assertThat(tally.all().activated()).isEqualTo(11);
    }

    @Test
    void everyTrialIsCountedByFaultPartAndDriver() {
        assertThat(counts(tally.byFault()))
                .containsOnly(
                        Map.entry(new FaultKind("code", "branch"), List.of(1L, 1L, 1L, 1L, 0L, 0L, 0L, 0L, 0L, 0L)),
                        Map.entry(new FaultKind("code", "loop"), List.of(0L, 0L, 0L, 0L, 2L, 1L, 0L, 0L, 0L, 0L)),
                        Map.entry(new FaultKind("code", "nop"), List.of(0L, 0L, 0L, 0L, 0L, 0L, 1L, 1L, 1L, 1L)),
                        Map.entry(new FaultKind("process", "kill"), List.of(0L, 0L, 0L, 2L, 0L, 0L, 0L, 0L, 0L, 0L)));
        assertThat(counts(tally.byPart()))
                .containsOnly(
                        Map.entry("device", List.of(1L, 0L, 1L, 1L, 0L, 0L, 1L, 1L, 1L, 0L)),
                        Map.entry("kit", List.of(0L, 1L, 0L, 0L, 1L, 1L, 0L, 0L, 0L, 0L)),
                        Map.entry("journal", List.of(0L, 0L, 0L, 0L, 1L, 0L, 0L, 0L, 0L, 1L)),
                        Map.entry(Tally.NO_PART, List.of(0L, 0L, 0L, 2L, 0L, 0L, 0L, 0L, 0L, 0L)));
        assertThat(counts(tally.byDriver()))
                .containsOnly(
                        Map.entry("block", List.of(1L, 1L, 1L, 2L, 1L, 0L, 1L, 1L, 1L, 0L)),
                        Map.entry("net", List.of(0L, 0L, 0L, 1L, 1L, 1L, 0L, 0L, 0L, 1L)));
    }

    @Test
    void ratesHaveTheirDenominators() {
        Map<String, Proportion> rates = tally.all().rates().stream().collect(Collectors.toMap(Rate::name, Rate::share));

        assertThat(rates)
                .containsOnly(
                        Map.entry("activated of born", new Proportion(11, 12)),
                        Map.entry("failures of activated", new Proportion(10, 11)),
                        Map.entry("detected of failures", new Proportion(9, 10)),
                        Map.entry("recovered of detected fail-stop failures", new Proportion(5, 6)),
                        Map.entry("recovered of crash", new Proportion(3, 3)),
                        Map.entry("recovered of hang", new Proportion(1, 2)),
                        Map.entry("recovered of hog", new Proportion(1, 1)),
                        Map.entry("recovered of protocol-violation", new Proportion(1, 1)),
                        Map.entry("recovered of detected-data-error", new Proportion(0, 1)),
                        Map.entry("silent corruption of activated", new Proportion(1, 11)),
                        Map.entry("propagated of activated", new Proportion(1, 11)));
    }

    @Test
    void outagesAreThoseThatThereWere() {
        assertThat(tally.outages().count()).isEqualTo(8);
        assertThat(tally.outages().p50Micros()).isEqualTo(250);
        assertThat(tally.outages().maxMicros()).isCloseTo(500_000, withinPercentage(0.1));
        assertThat(tally.outagesByFault().get(new FaultKind("process", "kill")))
                .isEqualTo(new Outages(2, 150, 200, 200, 200));
        assertThat(tally.outagesByFamily().get("code").count()).isEqualTo(6);
        assertThat(tally.outagesByOutcome().get(OutcomeClass.CRASH)).isEqualTo(new Outages(3, 150, 200, 200, 200));
        assertThat(tally.outagesByOutcome()).doesNotContainKey(OutcomeClass.DETECTED_DATA_ERROR);
    }

    @Test
    void paceIsThatOfOneWorker() {
        assertThat(tally.wallMicros()).isEqualTo(1_300_000);
        assertThat(tally.trialsASecond()).isEqualTo(10);
        assertThat(Tally.of(List.of()).trialsASecond()).isNaN();
    }

    @Test
    void bucketsOfOutagesAddUp() {
        OutageBuckets buckets = OutageBuckets.of(GoldenLedger.trials());
        List<Integer> whole = buckets.outline(OutcomeClass.PROPAGATED);

        assertThat(buckets.edges()).hasSameSizeAs(whole).isSorted().first().isEqualTo(100.0);
        assertThat(whole.stream().mapToInt(Integer::intValue).sum()).isEqualTo(2 * 8);
        assertThat(buckets.outcomesFromTheTop())
                .startsWith(OutcomeClass.PROPAGATED)
                .endsWith(OutcomeClass.CRASH);
    }
}
