// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A {@link BlockReport} for people. */
public final class BlockReportText {
    private static final String RATE = "%10s";

    private final BlockReport report;
    private final PrintWriter out;

    public BlockReportText(BlockReport report, PrintWriter out) {
        this.report = report;
        this.out = out;
    }

    public void print() {
        Host host = report.machine();
        printf("%d cores of %s, %s, JDK %s%n", host.cores(), host.cpu(), host.kernel(), host.jdk());
        printf(
                "medians of %s rounds of %s s each; image on %s; requests a second, 128k in MB a second%n",
                report.settings().get("rounds"), report.settings().get("secondsPerMeasurement"), host.fileSystem());
        printDevices();
        printNbd();
        printLatencies();
        printGoals();
        report.skipped().forEach(what -> printf("skipped: %s%n", what));
        out.flush();
    }

    private void printDevices() {
        printf(
                "%n%-20s%30s  %30s  %20s%n",
                "", "---------- image ----------", "---------- memory ---------", "- image, tags -");
        printf(
                "%-20s%10s%10s%10s  %10s%10s%10s  %10s%10s%n",
                "", "ring", "direct", "ratio", "ring", "direct", "ratio", "ring", "of ring");
        for (Workload workload : Workload.ALL) {
            printf(
                    "%-20s" + RATE.repeat(3) + "  " + RATE.repeat(3) + "  " + RATE.repeat(2) + "%n",
                    workload.name(),
                    rate(Results.IMAGE, workload, Engines.RING),
                    rate(Results.IMAGE, workload, Engines.DIRECT),
                    ratio(Results.IMAGE, workload, Engines.RING, Engines.DIRECT),
                    rate(Results.MEMORY, workload, Engines.RING),
                    rate(Results.MEMORY, workload, Engines.DIRECT),
                    ratio(Results.MEMORY, workload, Engines.RING, Engines.DIRECT),
                    rate(Results.IMAGE, workload, Engines.RING_TAGS),
                    ratio(Results.IMAGE, workload, Engines.RING_TAGS, Engines.RING));
        }
    }

    private void printNbd() {
        if (series(Results.IMAGE, Workload.SINGLE_READ, Engines.GATEWAY).isEmpty()) {
            return;
        }
        printf("%n%-20s%10s%10s%10s%10s%10s%n", "NBD by fio", "gateway", "nbdkit", "ratio", "qemu-nbd", "ratio");
        for (Workload workload : Workload.ALL) {
            printf(
                    "%-20s" + RATE.repeat(5) + "%n",
                    workload.name(),
                    rate(Results.IMAGE, workload, Engines.GATEWAY),
                    rate(Results.IMAGE, workload, Engines.NBDKIT),
                    ratio(Results.IMAGE, workload, Engines.GATEWAY, Engines.NBDKIT),
                    rate(Results.IMAGE, workload, Engines.QEMU_NBD),
                    ratio(Results.IMAGE, workload, Engines.GATEWAY, Engines.QEMU_NBD));
        }
    }

    private void printLatencies() {
        printf("%n%-26s%10s%10s   microseconds%n", "latency at depth 1", "p50", "p99");
        for (Results.Series series : report.series()) {
            boolean single =
                    series.workload().depth() == 1 && !series.workload().write();
            if (single && !series.device().equals(Results.MEMORY)) {
                String name = series.engine() + (series.workload().sleeping() ? ", asleep" : "");
                printf(
                        "%-26s%10.1f%10.1f%n",
                        name, series.median().p50Nanos() / 1e3, series.median().p99Nanos() / 1e3);
            }
        }
    }

    private void printGoals() {
        printf("%n%-84s%10s%10s%n", "goals", "goal", "measured");
        Set<String> reasons = new LinkedHashSet<>();
        for (Goal goal : report.goals()) {
            String verdict = goal.met() ? "met" : String.format(Locale.ROOT, "MISSED by %.3f", goal.missedBy());
            printf("%-84s%10s%10.3f  %s%n", goal.name(), goal.goal(), goal.measured(), verdict);
            if (!goal.met()) {
                reasons.add(goal.why());
            }
        }
        reasons.forEach(reason -> printf("missed: %s%n", reason));
    }

    private Optional<Results.Series> series(String device, Workload workload, String engine) {
        return report.series().stream()
                .filter(series -> series.device().equals(device)
                        && series.workload().equals(workload)
                        && series.engine().equals(engine))
                .findFirst();
    }

    private String rate(String device, Workload workload, String engine) {
        return series(device, workload, engine)
                .map(series -> series.median().operationsPerSecond())
                .map(rate -> workload.random() ? thousands(rate) : megabytes(rate * workload.blockBytes()))
                .orElse("-");
    }

    private static String thousands(double rate) {
        return String.format(Locale.ROOT, "%.1fk", rate / 1e3);
    }

    private static String megabytes(double bytes) {
        return String.format(Locale.ROOT, "%.0f", bytes / 1e6);
    }

    private String ratio(String device, Workload workload, String engine, String against) {
        List<Results.Ratio> ratios = report.ratios().stream()
                .filter(ratio -> ratio.device().equals(device)
                        && ratio.workload().equals(workload.name())
                        && ratio.engine().equals(engine)
                        && ratio.against().equals(against))
                .toList();
        return ratios.isEmpty()
                ? "-"
                : String.format(Locale.ROOT, "%.2f", ratios.get(0).median());
    }

    private void printf(String format, Object... values) {
        out.printf(Locale.ROOT, format, values);
    }
}
