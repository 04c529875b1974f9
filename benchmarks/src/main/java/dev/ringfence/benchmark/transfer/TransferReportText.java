// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

import dev.ringfence.benchmark.Goal;
import dev.ringfence.benchmark.Host;
import dev.ringfence.benchmark.Summary;
import java.io.PrintWriter;
import java.util.Locale;

/** A {@link TransferReport} for people. */
public final class TransferReportText {
    private final TransferReport report;
    private final PrintWriter out;

    public TransferReportText(TransferReport report, PrintWriter out) {
        this.report = report;
        this.out = out;
    }

    public void print() {
        Host host = report.machine();
        printf("%d cores of %s, %s, JDK %s%n", host.cores(), host.cpu(), host.kernel(), host.jdk());
        printf("seed %s; times in microseconds%n", report.settings().get("seed"));
        printf(
                "%n%.1f MiB in %.1f s, %.0f MB/s, %d kills: %s%n",
                report.bytes() / 1048576.0,
                report.elapsedNanos() / 1e9,
                report.megabytesPerSecond(),
                report.stalls().size(),
                report.equal() ? "SHA-256 equal at both ends" : "WHAT ARRIVED IS NOT WHAT WAS SENT");
        printf("%n%-44s%8s%10s%10s%10s%10s%n", "longest silence at the application", "n", "p50", "p99", "p99.9", "max");
        printRow("around a kill", report.stall());
        printRow("  of these, TCP's timer did not fire", report.stallWithoutTimeout());
        printRow("in a span as long, nobody killed", report.quiet());
        TcpCounters tcp = report.tcp();
        printf(
                "%nTCP, both ends: %d segments sent again, %d timeouts, %d duplicates received, %d resets%n",
                tcp.retransmitted(), tcp.timeouts(), tcp.duplicates(), tcp.resets());
        for (Goal goal : report.goals()) {
            String end = goal.met() ? "met" : "MISSED: " + goal.why();
            printf("%-44s goal %-12s %10.1f  %s%n", goal.name(), goal.goal(), goal.measured(), end);
        }
        out.flush();
    }

    private void printRow(String name, Summary times) {
        printf(
                "%-44s%8d%10.1f%10.1f%10.1f%10.1f%n",
                name, times.n(), times.p50(), times.p99(), times.p999(), times.max());
    }

    private void printf(String format, Object... values) {
        out.print(String.format(Locale.ROOT, format, values));
    }
}
