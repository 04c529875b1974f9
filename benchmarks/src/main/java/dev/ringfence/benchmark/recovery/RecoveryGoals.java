// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Goal;
import dev.ringfence.hypervisor.control.KillMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** What a takeover is meant to reach, and how near a run came. */
final class RecoveryGoals {
    private static final double P50_MICROS = 100;
    private static final double P99_MICROS = 500;
    private static final double OF_FLOOR = 1.5;
    /** Exceptions are to be no slower than SIGKILL, within the spread of neighbouring series. */
    private static final double LEVEL = 1.1;

    private static final double CRASH_GAP_MICROS = 1_000;
    private static final double SUPERVISION_PERCENT = 3;
    private static final double LAST_OVER_FIRST = 1.2;
    /** What a process's memory goes up and down by without growing. */
    private static final double GROWTH = 1.1;

    private final List<OutageSeries> series;
    private final List<FloorSeries> floors;
    private final List<Goal> goals = new ArrayList<>();

    RecoveryGoals(List<OutageSeries> series, List<FloorSeries> floors) {
        this.series = series;
        this.floors = floors;
    }

    List<Goal> evaluate(
            List<ThroughputRound> throughput,
            Optional<SupervisionCost> supervision,
            Optional<SoakReport> soak,
            Effects effects) {
        for (OutageSeries outages : series) {
            if (outages.outage().n() > 0 && outages.isBy(KillMethod.KILL)) {
                outage(outages);
            } else if (outages.outage().n() > 0 && outages.isBy(KillMethod.THROW)) {
                exception(outages);
            }
        }
        throughput(throughput);
        supervision.ifPresent(cost -> goals.add(Goal.atMost(
                "percent of throughput that supervision costs",
                SUPERVISION_PERCENT,
                cost.percent(),
                "the median of " + cost.on().size() + " neighbours, on and off in turns")));
        soak.ifPresent(this::soak);
        goals.add(Goal.atMost(
                "errors, lost, doubled, stale and garbled effects",
                0,
                (double) effects.wrong(),
                "the guest saw a wrong effect"));
        return goals;
    }

    private void outage(OutageSeries outages) {
        String of = "kill, " + load(outages);
        String why = medians(outages);
        goals.add(Goal.atMost(
                "outage p50 in microseconds, " + of,
                P50_MICROS,
                outages.outage().p50(),
                why));
        goals.add(Goal.atMost(
                "outage p99 in microseconds, " + of,
                P99_MICROS,
                outages.outage().p99(),
                why));
        floor(outages, FloorSeries.JVM)
                .ifPresent(floor -> goals.add(Goal.atMost(
                        "outage p50 over the bare lease's, " + of,
                        OF_FLOOR,
                        outages.outage().p50() / floor.outage().p50(),
                        why)));
    }

    private static String load(OutageSeries outages) {
        return outages.queues() + (outages.queues() == 1 ? " queue" : " queues") + ", depth " + outages.depth();
    }

    private static String medians(OutageSeries outages) {
        StringBuilder why = new StringBuilder(outages.way() + ", " + load(outages) + ", medians in microseconds:");
        outages.stages()
                .forEach((stage, times) -> why.append(String.format(Locale.ROOT, " %s %.0f,", stage, times.p50())));
        return why.substring(0, why.length() - 1);
    }

    Optional<FloorSeries> floor(OutageSeries outages, String name) {
        return floors.stream()
                .filter(floor -> floor.floor().equals(name)
                        && floor.queues() == outages.queues()
                        && floor.depth() == outages.depth()
                        && floor.outage().n() > 0)
                .findFirst();
    }

    private void exception(OutageSeries outages) {
        series.stream()
                .filter(other -> other.isBy(KillMethod.KILL)
                        && other.queues() == outages.queues()
                        && other.depth() == outages.depth()
                        && other.outage().n() > 0)
                .findFirst()
                .ifPresent(kills -> goals.add(Goal.atMost(
                        "outage p50 of an exception over SIGKILL's, " + load(outages),
                        LEVEL,
                        outages.outage().p50() / kills.outage().p50(),
                        medians(outages))));
    }

    private void throughput(List<ThroughputRound> rounds) {
        List<Long> gaps = rounds.stream()
                .filter(round -> round.killsPerSecond() == 1)
                .flatMap(round -> round.crashGapNanos().stream())
                .toList();
        if (!gaps.isEmpty()) {
            double micros = gaps.stream().mapToLong(Long::longValue).average().orElseThrow() / 1e3;
            goals.add(Goal.atMost(
                    "microseconds of outage gaps a crash at 1 kill a second",
                    CRASH_GAP_MICROS,
                    micros,
                    "the mean of " + gaps.size() + " crashes; the longest summed up to "
                            + gaps.stream().mapToLong(Long::longValue).max().orElseThrow() / 1_000));
        }
        rounds.stream()
                .mapToLong(ThroughputRound::operations)
                .min()
                .ifPresent(least -> goals.add(Goal.atLeast(
                        "requests answered in the slowest round, up to 100 kills a second",
                        1,
                        (double) least,
                        "nothing was answered in a whole round")));
    }

    private void soak(SoakReport soak) {
        goals.add(Goal.atMost(
                "p99 of the last " + soak.portion() + " takeovers over that of the first",
                LAST_OVER_FIRST,
                soak.lastOverFirst(),
                String.format(
                        Locale.ROOT,
                        "%.0f microseconds after %.0f",
                        soak.last().p99(),
                        soak.first().p99())));
        growth(
                soak,
                "hypervisor's memory",
                GROWTH,
                sample -> sample.hypervisor().residentBytes());
        growth(
                soak,
                "hypervisor's descriptors",
                1,
                sample -> sample.hypervisor().descriptors());
        growth(soak, "hypervisor's threads", 1, sample -> sample.hypervisor().threads());
        growth(soak, "hypervisor's regions", 1, sample -> sample.hypervisor().memories());
        growth(soak, "guest's memory", GROWTH, sample -> sample.guest().residentBytes());
        growth(soak, "guest's descriptors", 1, sample -> sample.guest().descriptors());
        growth(soak, "guest's threads", 1, sample -> sample.guest().threads());
    }

    private void growth(SoakReport soak, String what, double most, ToLongFunction<SoakReport.Sample> figure) {
        goals.add(Goal.atMost("growth of the " + what, most, soak.growth(figure), "it is in the samples"));
    }
}
