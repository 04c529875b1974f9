// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class BlockGoalsTest {
    private static final Host QUIET = new Host(2, "cpu", 1 << 30, "Linux", "jdk", 0.1, "ext4", Map.of());

    private final Results results = new Results();

    @Test
    void takesTheMedianOfTheRatiosOfNeighbouringRounds() {
        add(Workload.DEEP_READ, Engines.RING, 80, 300, 50);
        add(Workload.DEEP_READ, Engines.DIRECT, 100, 300, 100);
        Results.Ratio ratio = results.ratio(Results.IMAGE, Workload.DEEP_READ, Engines.RING, Engines.DIRECT)
                .orElseThrow();
        assertThat(ratio.rounds()).containsExactly(0.8, 1.0, 0.5);
        assertThat(ratio.median()).isEqualTo(0.8);
    }

    @Test
    void saysByHowMuchAndWhyAGoalIsMissed() {
        add(Workload.DEEP_READ, Engines.RING, 50);
        add(Workload.DEEP_READ, Engines.DIRECT, 100);
        addLatencies();
        Goal goal = goal("ring over direct, image, 4k randread qd32");
        assertThat(goal.met()).isFalse();
        assertThat(goal.missedBy()).isCloseTo(0.3, Assertions.within(1e-9));
        assertThat(goal.why()).contains("20000000 ns over the ring and 10000000 ns directly");
    }

    @Test
    void givesNoReasonForAGoalThatIsMet() {
        add(Workload.DEEP_READ, Engines.RING, 90);
        add(Workload.DEEP_READ, Engines.DIRECT, 100);
        addLatencies();
        Goal goal = goal("ring over direct, image, 4k randread qd32");
        assertThat(goal.met()).isTrue();
        assertThat(goal.missedBy()).isNull();
        assertThat(goal.why()).isNull();
    }

    @Test
    void addsDirectReadAndRoundTripBeforeItCompares() {
        addLatencies();
        // 10 us over the ring; 1 us directly and 8 us the round trip
        assertThat(goal("microseconds over round trip plus direct read, image, 4k randread qd1")
                        .measured())
                .isCloseTo(1, Assertions.within(1e-9));
    }

    private void addLatencies() {
        latency(Results.IMAGE, Workload.SINGLE_READ, Engines.RING, 10_000);
        latency(Results.IMAGE, Workload.SINGLE_READ, Engines.DIRECT, 1_000);
        latency(Results.NO_DEVICE, Workload.SINGLE_READ, Engines.ROUND_TRIP, 8_000);
        latency(Results.IMAGE, Workload.SLEEPING_READ, Engines.RING, 30_000);
        latency(Results.IMAGE, Workload.SLEEPING_READ, Engines.ROUND_TRIP_AND_READ, 20_000);
    }

    private Goal goal(String name) {
        List<Results.Ratio> ratios =
                results.ratio(Results.IMAGE, Workload.DEEP_READ, Engines.RING, Engines.DIRECT).stream()
                        .toList();
        return new BlockGoals(results, QUIET)
                .evaluate(ratios, Map.of(), Map.of()).stream()
                        .filter(goal -> goal.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    private void add(Workload workload, String engine, long... operationsPerSecond) {
        for (long operations : operationsPerSecond) {
            results.add(Results.IMAGE, workload, engine, new Figures(operations, 1_000_000_000, 0, 0, 0, 0, 0));
        }
    }

    private void latency(String device, Workload workload, String engine, long p50Nanos) {
        results.add(device, workload, engine, new Figures(1, 1, p50Nanos, p50Nanos, p50Nanos, p50Nanos, 0));
    }
}
