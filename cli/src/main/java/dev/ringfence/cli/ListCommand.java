// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ConnectionStatus;
import dev.ringfence.hypervisor.control.ControlClient;
import dev.ringfence.hypervisor.control.ControlJson;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineStatus;
import dev.ringfence.hypervisor.control.UsageStatus;
import dev.ringfence.hypervisor.machine.ByteSize;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "list",
        description = "Shows a machine's domains and devices, and what they cost.",
        mixinStandardHelpOptions = true)
final class ListCommand implements Runnable {
    @Option(names = "--json", description = "report as JSON")
    private boolean json;

    @Mixin
    private MachineChoice choice;

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        try (ControlClient machine = choice.connect()) {
            MachineStatus status = machine.status();
            if (json) {
                out.println(ControlJson.write(status));
            } else {
                print(status, out);
            }
        }
    }

    private static void print(MachineStatus status, PrintWriter out) {
        Duration uptime = Duration.ofMillis(status.uptimeMillis());
        out.printf(
                Locale.ROOT,
                "machine %s: pid %d, up %d:%02d:%02d, state in %s%n%n",
                status.machine(),
                status.pid(),
                uptime.toHours(),
                uptime.toMinutesPart(),
                uptime.toSecondsPart(),
                status.stateDirectory());
        domains(status).print(out);
        status.domains().stream()
                .filter(domain -> !domain.reason().isEmpty())
                .forEach(domain -> out.printf(
                        "%n%s is %s: it %s; lift that with: ringfence restart %s%n",
                        domain.name(), domain.state(), domain.reason(), domain.name()));
        if (!status.connections().isEmpty()) {
            out.println();
            connections(status).print(out);
        }
    }

    private static Table domains(MachineStatus status) {
        Table table = new Table(
                "DOMAIN", "KIND", "STATE", "DOMID>", "PID>", "INCARNATION>", "STANDBYS", "MEMORY>", "CPU>", "SANDBOX");
        for (DomainStatus domain : status.domains()) {
            table.row(
                    domain.name(),
                    domain.kind(),
                    domain.state(),
                    domain.domid(),
                    domain.pid() == 0 ? "-" : domain.pid(),
                    domain.incarnation(),
                    standbys(domain),
                    ByteSize.format(domain.residentBytes()),
                    seconds(domain.cpuMillis() / 1e3),
                    domain.sandbox());
        }
        return table;
    }

    private static String standbys(DomainStatus domain) {
        String pids = domain.standbys().stream().map(String::valueOf).collect(Collectors.joining(","));
        return pids.isEmpty() ? "-" : pids;
    }

    private static Table connections(MachineStatus status) {
        Table table = new Table(
                "GUEST",
                "DEVICE",
                "BACKEND",
                "STATE",
                "MODE",
                "QUEUES>",
                "SIZE>",
                "OPS>",
                "READ>",
                "WRITTEN>",
                "CPU>",
                "OUTAGES>",
                "STALLED>");
        for (ConnectionStatus connection : status.connections()) {
            UsageStatus usage = connection.usage();
            table.row(
                    connection.guest(),
                    connection.as(),
                    connection.backend(),
                    connection.state(),
                    connection.mode(),
                    connection.queues(),
                    connection.bytes() == 0 ? "-" : ByteSize.format(connection.bytes()),
                    usage.operations(),
                    ByteSize.format(usage.bytesRead()),
                    ByteSize.format(usage.bytesWritten()),
                    seconds(usage.cpuNanos() / 1e9),
                    usage.outages(),
                    String.format(Locale.ROOT, "%.1fms", usage.stalledNanos() / 1e6));
        }
        return table;
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.2fs", seconds);
    }
}
