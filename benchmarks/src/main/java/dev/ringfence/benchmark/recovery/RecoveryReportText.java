// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Goal;
import dev.ringfence.benchmark.Host;
import dev.ringfence.benchmark.Summary;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A {@link RecoveryReport} for people. */
public final class RecoveryReportText {
    private static final String TIMES = "%8d%10.1f%10.1f%10.1f%10.1f";

    private final RecoveryReport report;
    private final PrintWriter out;

    public RecoveryReportText(RecoveryReport report, PrintWriter out) {
        this.report = report;
        this.out = out;
    }

    public void print() {
        Host host = report.machine();
        printf("%d cores of %s, %s, JDK %s%n", host.cores(), host.cpu(), host.kernel(), host.jdk());
        printf("seed %s; times in microseconds%n", report.settings().get("seed"));
        printOutages();
        printStages(report.series());
        printThroughput();
        printSupervision();
        printSoak();
        printEffects();
        printGoals();
        report.skipped().forEach(what -> printf("skipped: %s%n", what));
        out.flush();
    }

    private void printOutages() {
        printf(
                "%n%-30s%7s%7s%8s%10s%10s%10s%10s%10s%10s%n",
                "outage at the guest", "queues", "depth", "n", "p50", "p99", "p99.9", "max", "replayed", "no hit");
        printOutages(report.series());
        for (FloorSeries floor : report.floors()) {
            printRow(floor.floor(), floor.queues(), floor.depth(), floor.outage());
            printf("%n");
        }
    }

    private void printOutages(List<OutageSeries> outages) {
        for (OutageSeries series : outages) {
            printRow(series.way(), series.queues(), series.depth(), series.outage());
            printf("%10d%10d%n", series.replayed(), series.notCounted());
            if (series.queues() > 1) {
                printRow(
                        "  " + series.way() + ", all queues at once",
                        series.queues(),
                        series.depth(),
                        series.guestOutage());
                printf("%n");
            }
        }
    }

    private void printRow(String name, int queues, int depth, Summary times) {
        printf(
                "%-30s%7d%7d" + TIMES,
                name,
                queues,
                depth,
                times.n(),
                times.p50(),
                times.p99(),
                times.p999(),
                times.max());
    }

    private void printStages(List<OutageSeries> outages) {
        printf("%n%-44s%8s%10s%10s%10s%10s%n", "stages", "n", "p50", "p99", "p99.9", "max");
        for (OutageSeries series : outages) {
            series.stages().forEach((stage, times) -> {
                String name = series.way() + " " + series.queues() + "x" + series.depth() + ", " + stage;
                printSummary(name, times);
            });
        }
    }

    private void printThroughput() {
        if (report.throughput().isEmpty()) {
            return;
        }
        printf(
                "%n%-26s%14s%8s%8s%8s%14s%16s%n",
                "throughput under kills", "requests/s", "ratio", "kills", "warm", "us a crash", "gaps ms a s");
        double none = rate(0);
        for (int rate : ThroughputRun.RATES) {
            List<ThroughputRound> rounds = rounds(rate);
            printf(
                    "%-26s%14.0f%8.2f%8d%8d%14.0f%16.2f%n",
                    rate == 0 ? "no kills" : rate + " a second",
                    rate(rate),
                    rate(rate) / none,
                    rounds.stream().mapToInt(ThroughputRound::kills).sum(),
                    rounds.stream().mapToInt(ThroughputRound::warmKills).sum(),
                    rounds.stream()
                                    .flatMap(round -> round.crashGapNanos().stream())
                                    .mapToLong(Long::longValue)
                                    .average()
                                    .orElse(0)
                            / 1e3,
                    1e3
                            * rounds.stream()
                                    .mapToDouble(ThroughputRound::longGapNanos)
                                    .sum()
                            / rounds.stream()
                                    .mapToDouble(ThroughputRound::elapsedNanos)
                                    .sum());
        }
        printf(
                "warm: kills that found a standby ready; us a crash: gaps over 100 us around those; gaps: all such gaps%n");
        StandbyCost cost = report.standby();
        if (cost != null) {
            printf(
                    "the next standby: %.2f s of CPU, ready %.2f s after the death (medians of %d):"
                            + " %.2f kills a second can be sustained%n",
                    cost.cpuMillis() / 1e3, cost.millis() / 1e3, cost.standbys(), cost.sustainedKillsPerSecond());
        }
    }

    private void printSupervision() {
        SupervisionCost cost = report.supervision();
        if (cost != null) {
            printf(
                    "supervision: %.0f requests a second with the health monitor, %.0f without (medians):"
                            + " it costs %.1f %%%n",
                    Medians.of(cost.on(), Double::doubleValue),
                    Medians.of(cost.off(), Double::doubleValue),
                    cost.percent());
        }
    }

    private List<ThroughputRound> rounds(int rate) {
        return report.throughput().stream()
                .filter(round -> round.killsPerSecond() == rate)
                .toList();
    }

    private double rate(int rate) {
        return Medians.of(rounds(rate), ThroughputRound::operationsPerSecond);
    }

    private void printSoak() {
        SoakReport soak = report.soak();
        if (soak == null) {
            return;
        }
        printf(
                "%n%-44s%8s%10s%10s%10s%10s%n",
                "soak of " + soak.takeovers() + " takeovers", "n", "p50", "p99", "p99.9", "max");
        printSummary("kill, first " + soak.portion(), soak.first());
        printSummary("kill, last " + soak.portion(), soak.last());
        printf("%nof these, with a request started%n");
        printOutages(soak.series());
        printStages(soak.series());
        printf("%-12s%28s%28s%n", "", "hypervisor", "guest");
        printf(
                "%-12s" + "%10s%9s%9s".repeat(2) + "%n",
                "takeovers",
                "MiB",
                "files",
                "threads",
                "MiB",
                "files",
                "threads");
        for (SoakReport.Sample sample : soak.samples()) {
            printf("%-12d", sample.takeovers());
            for (ProcessUse use : List.of(sample.hypervisor(), sample.guest())) {
                printf("%10.1f%9d%9d", use.residentBytes() / 1048576.0, use.descriptors(), use.threads());
            }
            printf("%n");
        }
    }

    private void printSummary(String name, Summary times) {
        printf("%-44s" + TIMES + "%n", name, times.n(), times.p50(), times.p99(), times.p999(), times.max());
    }

    private void printEffects() {
        Effects effects = report.effects();
        printf(
                "%n%d requests: %d errors, %d lost, %d doubled, %d stale, %d garbled%n",
                effects.operations(),
                effects.errors(),
                effects.lost(),
                effects.doubled(),
                effects.stale(),
                effects.garbled());
    }

    private void printGoals() {
        printf("%n%-64s%10s%12s%n", "goals", "goal", "measured");
        Set<String> reasons = new LinkedHashSet<>();
        for (Goal goal : report.goals()) {
            String verdict = goal.met() ? "met" : String.format(Locale.ROOT, "MISSED by %.3f", goal.missedBy());
            printf("%-64s%10s%12.3f  %s%n", goal.name(), goal.goal(), goal.measured(), verdict);
            if (!goal.met()) {
                reasons.add(goal.why());
            }
        }
        reasons.forEach(reason -> printf("missed: %s%n", reason));
    }

    private void printf(String format, Object... values) {
        out.printf(Locale.ROOT, format, values);
    }
}
