// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import dev.ringfence.benchmark.Goal;
import dev.ringfence.benchmark.Host;
import java.io.PrintWriter;
import java.util.Locale;

/** A {@link FlipReport} for people. */
public final class FlipReportText {
    private static final int KIB = 1 << 10;

    private final FlipReport report;
    private final PrintWriter out;

    public FlipReportText(FlipReport report, PrintWriter out) {
        this.report = report;
        this.out = out;
    }

    public void print() {
        Host host = report.machine();
        printf("%d cores of %s, %s, JDK %s%n", host.cores(), host.cpu(), host.kernel(), host.jdk());
        printf(
                "load average %.2f; medians of %s rounds%n",
                host.loadAverage(), report.settings().get("rounds"));
        for (Condition condition : Condition.values()) {
            table(condition);
        }
        printf("%n");
        for (Crossover crossover : report.crossovers()) {
            printf(
                    "%-8s %-44s %s%n",
                    crossover.way(),
                    crossover.condition().title(),
                    crossover.bytes() == null
                            ? "never quicker than copy"
                            : "quicker than copy from " + size(crossover.bytes()) + " on");
        }
        report.quickest().forEach((bytes, way) -> printf("quickest for %-8s %s%n", size(Integer.parseInt(bytes)), way));
        if (!report.series().stream().allMatch(FlipSeries::isMeasured)) {
            printf("-: too busy a host, the neighbour never ran at the same time%n");
        }
        printGoals();
        out.flush();
    }

    private void table(Condition condition) {
        printf("%n%s: median nanoseconds (p99) and GB/s%n%-9s", condition.title(), "");
        for (Way way : Way.values()) {
            printf("%25s", way);
        }
        printf("%n");
        for (int bytes : FlipBenchmark.SIZES) {
            printf("%-9s", size(bytes));
            for (Way way : Way.values()) {
                FlipSeries series = Crossover.find(report.series(), way, bytes, condition);
                if (series.isMeasured()) {
                    String p99 = String.format(Locale.ROOT, "(%.0f)", series.p99Nanos());
                    printf("%9.0f%10s%6.1f", series.p50Nanos(), p99, series.gigabytesPerSecond());
                } else {
                    printf("%25s", "-");
                }
            }
            printf("%n");
        }
    }

    static String size(int bytes) {
        if (bytes >= KIB * KIB && bytes % (KIB * KIB) == 0) {
            return bytes / (KIB * KIB) + " MiB";
        }
        return bytes >= KIB && bytes % KIB == 0 ? bytes / KIB + " KiB" : bytes + " B";
    }

    private void printGoals() {
        printf("%n%-64s%10s%12s%n", "goals", "goal", "measured");
        for (Goal goal : report.goals()) {
            String verdict = goal.met() ? "met" : String.format(Locale.ROOT, "MISSED: %s", goal.why());
            printf("%-64s%10s%12.3f  %s%n", goal.name(), goal.goal(), goal.measured(), verdict);
        }
    }

    private void printf(String format, Object... values) {
        out.printf(Locale.ROOT, format, values);
    }
}
