// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.RecoveryStatus;
import dev.ringfence.hypervisor.control.StageStatus;
import dev.ringfence.hypervisor.machine.ByteSize;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** A {@link TopSample} as lines for people. */
final class TopTables {
    private static final String NOTHING = "-";

    private TopTables() {}

    static List<String> of(TopSample sample) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        Duration uptime = Duration.ofMillis(sample.uptimeMillis());
        out.printf(
                Locale.ROOT,
                "machine %s: up %d:%02d:%02d, over the last %.1f s%n%n",
                sample.machine(),
                uptime.toHours(),
                uptime.toMinutesPart(),
                uptime.toSecondsPart(),
                sample.intervalMillis() / 1e3);
        domains(sample).print(out);
        if (!sample.connections().isEmpty()) {
            out.println();
            connections(sample).print(out);
        }
        out.flush();
        return text.toString().lines().toList();
    }

    private static Table domains(TopSample sample) {
        Table table = new Table(
                "DOMAIN",
                "STATE",
                "PID>",
                "LIFE>",
                "STANDBYS>",
                "CPU%>",
                "MEMORY>",
                "FDS>",
                "TAKEOVERS>",
                "REPLAYED>",
                "OUTAGE>",
                "P50>",
                "P99>",
                "MAX>");
        for (TopSample.Domain domain : sample.domains()) {
            RecoveryStatus recovery = domain.recovery();
            table.row(
                    domain.name(),
                    domain.state(),
                    domain.pid() == 0 ? NOTHING : domain.pid(),
                    domain.incarnation(),
                    driver(domain, domain.standbys().size()),
                    domain.cpuPercent() == null ? NOTHING : number("%.1f", domain.cpuPercent()),
                    ByteSize.format(domain.residentBytes()),
                    domain.descriptors(),
                    driver(domain, recovery.takeovers()),
                    driver(domain, recovery.replayed()),
                    recovery.takeovers() == 0 ? NOTHING : time(recovery.lastOutageNanos()),
                    outage(recovery, StageStatus::p50Nanos),
                    outage(recovery, StageStatus::p99Nanos),
                    outage(recovery, StageStatus::maxNanos));
        }
        return table;
    }

    private static Object driver(TopSample.Domain domain, long figure) {
        return domain.kind().equals("driver") ? figure : NOTHING;
    }

    private static String outage(RecoveryStatus recovery, ToLongFunction<StageStatus> figure) {
        return recovery.stages().stream()
                .filter(stage -> stage.stage().equals("outage") && stage.count() > 0)
                .map(stage -> time(figure.applyAsLong(stage)))
                .findFirst()
                .orElse(NOTHING);
    }

    private static Table connections(TopSample sample) {
        Table table = new Table(
                "GUEST",
                "DEVICE",
                "BACKEND",
                "IOPS>",
                "READ MB/S>",
                "WRITE MB/S>",
                "CPU US/OP>",
                "IN FLIGHT>",
                "LIMITED%>",
                "ERRORS>",
                "OUTAGES>",
                "STALLED>");
        for (TopSample.Connection connection : sample.connections()) {
            table.row(
                    connection.guest(),
                    connection.as(),
                    connection.backend(),
                    number("%.0f", connection.operationsPerSecond()),
                    number("%.1f", connection.readBytesPerSecond() / 1e6),
                    number("%.1f", connection.writtenBytesPerSecond() / 1e6),
                    connection.cpuMicrosPerOperation() == null
                            ? NOTHING
                            : number("%.1f", connection.cpuMicrosPerOperation()),
                    connection.inFlight(),
                    number("%.0f", connection.throttledPercent()),
                    connection.errors(),
                    connection.outages(),
                    time(connection.stalledNanos()));
        }
        return table;
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    /** Three digits are enough, whatever the unit. */
    static String time(long nanos) {
        if (nanos < 1_000_000) {
            return number("%.0fus", nanos / 1e3);
        }
        return nanos < 1_000_000_000 ? number("%.1fms", nanos / 1e6) : number("%.2fs", nanos / 1e9);
    }
}
