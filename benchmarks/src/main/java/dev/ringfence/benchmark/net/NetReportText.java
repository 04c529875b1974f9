// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.benchmark.Goal;
import dev.ringfence.benchmark.Host;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A {@link NetReport} for people. */
public final class NetReportText {
    private static final String CPU = NetFigures.CPU_SECONDS_PER_GB;

    private final NetReport report;
    private final PrintWriter out;

    public NetReportText(NetReport report, PrintWriter out) {
        this.report = report;
        this.out = out;
    }

    public void print() {
        Host host = report.machine();
        printf(
                "%d cores of %s, %s, JDK %s, load average %.1f before the run%n",
                host.cores(), host.cpu(), host.kernel(), host.jdk(), host.loadAverage());
        Map<String, Object> settings = report.settings();
        printf(
                "medians of %s rounds of %s s each, lowest and highest; out: from the guest; %s queues, in by %s%n",
                settings.get("rounds"), settings.get("seconds"), settings.get("queues"), settings.get("receive"));
        String workload = "";
        for (NetResults.Series series : report.series()) {
            if (!series.workload().equals(workload)) {
                workload = series.workload();
                printf("%n%-28s%10s%10s%10s%n", workload, series.unit(), "lowest", "highest");
            }
            print(series);
        }
        report.allocatedBytesPerFrame()
                .forEach((who, bytes) -> printf("%nbytes allocated per frame, %s: %.3f", who, bytes));
        printf("%n");
        printGoals();
        report.skipped().forEach(what -> printf("skipped: %s%n", what));
        out.flush();
    }

    private void print(NetResults.Series series) {
        printf("  %-26s%10.2f%10.2f%10.2f", series.link(), series.median(), series.min(), series.max());
        new TreeMap<>(series.detailMedians()).forEach((name, value) -> {
            if (name.startsWith(CPU)) {
                printf("   %s %.2f s/GB", name.substring(CPU.length()), value);
            } else if (name.equals("p99")) {
                printf("   p99 %.1f", value);
            } else if (name.equals(NetFigures.LOST_PERCENT)) {
                printf("   lost %.1f %%", value);
            }
        });
        printf("%n");
    }

    private void printGoals() {
        printf("%n%-84s%12s%10s%n", "goals", "goal", "measured");
        Set<String> reasons = new LinkedHashSet<>();
        for (Goal goal : report.goals()) {
            String verdict = goal.met() ? "met" : String.format(Locale.ROOT, "MISSED by %.2f", goal.missedBy());
            printf("%-84s%12s%10.2f  %s%n", goal.name(), goal.goal(), goal.measured(), verdict);
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
