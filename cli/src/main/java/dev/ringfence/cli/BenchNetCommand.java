// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.net.NetBenchmark;
import dev.ringfence.benchmark.net.NetReport;
import dev.ringfence.benchmark.net.NetReportText;
import dev.ringfence.benchmark.net.NetSettings;
import dev.ringfence.domain.ReceiveMode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "net",
        description = {
            "The way of a frame between two network namespaces through a driver domain, beside a process that only copies,"
                    + " the kernel's own veth and bridge and, where they are installed, socat, VDE, Open vSwitch in user"
                    + " space and pasta. Needs root, iperf3 and ping.",
            "Takes about eight minutes as it stands. A goal that is missed is reported, and no failure."
        },
        mixinStandardHelpOptions = true)
final class BenchNetCommand implements Callable<Integer> {
    @Option(names = "--json", description = "report as JSON, with the figures of every round")
    private boolean json;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "rounds to take medians of, at least 1; default ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "2",
            description = "for each load, six for each link and round; default ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--queues",
            paramLabel = "N",
            defaultValue = "1",
            description = "pairs of queues of the NIC, 1 to 4; default ${DEFAULT-VALUE}")
    private int queues;

    @Option(
            names = "--receive",
            paramLabel = "HOW",
            defaultValue = "copy",
            description = "how the guest gets frames: copy, flip or flip-guarded; default ${DEFAULT-VALUE}")
    private String receive;

    @Option(names = "--skip-peers", description = "leave out other projects' programs")
    private boolean skipPeers;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        NetSettings settings = settings();
        PrintWriter err = command.commandLine().getErr();
        try (BenchProgress progress = new BenchProgress(err)) {
            print(new NetBenchmark(settings, progress).run());
            return ExitCode.OK;
        } catch (BenchmarkException e) {
            err.println("ringfence: " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private NetSettings settings() {
        try {
            ReceiveMode mode = ReceiveMode.parse(receive)
                    .orElseThrow(() -> new IllegalArgumentException("receive must be one of " + ReceiveMode.all()));
            return new NetSettings(rounds, seconds, queues, mode, skipPeers);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
    }

    private void print(NetReport report) {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(report.toJson());
            out.flush();
        } else {
            new NetReportText(report, out).print();
        }
    }
}
