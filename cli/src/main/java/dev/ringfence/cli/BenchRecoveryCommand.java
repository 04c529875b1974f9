// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.recovery.RecoveryBenchmark;
import dev.ringfence.benchmark.recovery.RecoveryReport;
import dev.ringfence.benchmark.recovery.RecoveryReportText;
import dev.ringfence.benchmark.recovery.RecoverySettings;
import dev.ringfence.benchmark.transfer.TransferBenchmark;
import dev.ringfence.benchmark.transfer.TransferReport;
import dev.ringfence.benchmark.transfer.TransferReportText;
import dev.ringfence.benchmark.transfer.TransferSettings;
import dev.ringfence.hypervisor.control.KillMethod;
import dev.ringfence.hypervisor.machine.ByteSize;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "recovery",
        description = {
            "What a loaded guest feels of its driver's death, beside the time that handing over a bare lease takes;",
            "with --device net: what a download through a network driver feels of it (root, since it makes interfaces).",
            "Takes about five minutes as it stands. A goal that is missed is reported, and no failure."
        },
        mixinStandardHelpOptions = true)
final class BenchRecoveryCommand implements Callable<Integer> {
    private static final int BLOCK_KILLS = 5;
    private static final int NET_KILLS = 100;

    @Option(names = "--json", description = "report as JSON, with the figures of every kill")
    private boolean json;

    private enum Device {
        block,
        net
    }

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "block",
            description = "block or net; default ${DEFAULT-VALUE}. Of the other options net knows --json, --kills,"
                    + " --bytes, --plot, --seed and --directory")
    private Device device;

    @Option(
            names = "--bytes",
            paramLabel = "SIZE",
            defaultValue = "1GiB",
            description = "with --device net: to be downloaded at least; default ${DEFAULT-VALUE}")
    private String bytes;

    @Option(
            names = "--kills",
            paramLabel = "N",
            description = "to be counted of each way, with each depth and number of queues, by default " + BLOCK_KILLS
                    + "; 0: none. With --device net all during one download, by default " + NET_KILLS)
    private Integer kills;

    @Option(
            names = "--ways",
            paramLabel = "HOW",
            split = ",",
            defaultValue = "kill,throw,exit,segv,spin,stop",
            description = "of dying, see 'ringfence kill --help'; default ${DEFAULT-VALUE}")
    private List<KillMethod> ways;

    @Option(
            names = "--depths",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,32",
            description = "requests each queue keeps under way; default ${DEFAULT-VALUE}")
    private List<Integer> depths;

    @Option(
            names = "--queues",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,8",
            description = "of the disk; default ${DEFAULT-VALUE}")
    private List<Integer> queues;

    @Option(
            names = "--standbys",
            paramLabel = "N",
            defaultValue = "1",
            description = "of the driver, 1 to " + RecoverySettings.STANDBYS_MAX + "; default ${DEFAULT-VALUE}")
    private int standbys;

    @Option(
            names = "--steady",
            description = "keep the load up while a standby is started too, which then takes longer;"
                    + " without this it rests meanwhile, and begins again before the next kill")
    private boolean steady;

    @Option(names = "--skip-floors", description = "leave out the handing over of bare leases")
    private boolean skipFloors;

    @Option(names = "--skip-throughput", description = "leave out the throughput under kills")
    private boolean skipThroughput;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "of throughput, in each of which every kill rate has its turn; default ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "3",
            description = "of each turn; default ${DEFAULT-VALUE}")
    private double seconds;

    @Option(
            names = "--soak",
            paramLabel = "N",
            defaultValue = "0",
            description = "takeovers of one machine at the end, to see whether anything grows; every second by SIGKILL,"
                    + " the others by all ways in turn; default none")
    private int soak;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            defaultValue = "recovery.svg",
            description = "the picture of throughput over time with the kills marked; default ${DEFAULT-VALUE}")
    private Path plot;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "42",
            description = "of the instants of the kills; default ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "where the image files lie meanwhile; default ${DEFAULT-VALUE}")
    private Path directory;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        checkFiles();
        PrintWriter err = command.commandLine().getErr();
        try (BenchProgress progress = new BenchProgress(err)) {
            if (device == Device.net) {
                return print(new TransferBenchmark(transferSettings(), progress).run());
            }
            print(new RecoveryBenchmark(settings(), progress).run());
            return ExitCode.OK;
        } catch (BenchmarkException e) {
            err.println("ringfence: " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private void checkFiles() {
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw usage("--directory: no directory that can be written to: " + directory);
        }
        Path parent = plot.toAbsolutePath().getParent();
        if (Files.isDirectory(plot) || !Files.isWritable(parent)) {
            throw usage("--plot: no file that can be written: " + plot);
        }
    }

    private TransferSettings transferSettings() {
        try {
            return new TransferSettings(
                    kills == null ? NET_KILLS : kills,
                    ByteSize.parse(bytes).orElseThrow(() -> usage("--bytes: no size such as 1GiB: " + bytes)),
                    seed,
                    directory.toAbsolutePath(),
                    Optional.of(plot));
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private RecoverySettings settings() {
        int counted = kills == null ? BLOCK_KILLS : kills;
        try {
            return new RecoverySettings(
                    new RecoverySettings.Outages(ways, depths, queues, counted, standbys, steady, !skipFloors),
                    new RecoverySettings.Throughput(skipThroughput ? 0 : rounds, seconds),
                    soak,
                    seed,
                    directory.toAbsolutePath(),
                    Optional.of(plot));
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** What was promised and does not hold is a failure, unlike a goal that is missed. */
    private int print(TransferReport report) {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(report.toJson());
            out.flush();
        } else {
            new TransferReportText(report, out).print();
        }
        command.commandLine().getErr().println("throughput over time: " + plot);
        return report.holds() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void print(RecoveryReport report) {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(report.toJson());
            out.flush();
        } else {
            new RecoveryReportText(report, out).print();
        }
        if (!report.throughput().isEmpty()) {
            command.commandLine().getErr().println("throughput over time: " + plot);
        }
    }
}
