// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.BlockBenchmark;
import dev.ringfence.benchmark.BlockReport;
import dev.ringfence.benchmark.BlockReportText;
import dev.ringfence.benchmark.Settings;
import dev.ringfence.hypervisor.machine.ByteSize;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = "Measures how fast it is on this host.",
        synopsisSubcommandLabel = "NAME",
        mixinStandardHelpOptions = true,
        subcommands = {
            BenchCommand.Block.class,
            BenchNetCommand.class,
            BenchRecoveryCommand.class,
            BenchFlipCommand.class
        })
final class BenchCommand {

    @Command(
            name = "block",
            description = {
                "The way of a block request, guest and driver in processes of their own, beside the same I/O done"
                        + " directly and, where they are installed, nbdkit and qemu-nbd driven by fio.",
                "Takes about three minutes as it stands. A goal that is missed is reported, and no failure."
            },
            mixinStandardHelpOptions = true)
    static final class Block implements Callable<Integer> {
        @Option(names = "--json", description = "report as JSON, with the figures of every round")
        private boolean json;

        @Option(
                names = "--rounds",
                paramLabel = "N",
                defaultValue = "5",
                description = "rounds to take medians of, at least 1; default ${DEFAULT-VALUE}")
        private int rounds;

        @Option(
                names = "--seconds",
                paramLabel = "S",
                defaultValue = "0.25",
                description = "for each measurement, about 60 a round; default ${DEFAULT-VALUE}")
        private double seconds;

        @Option(
                names = "--size",
                paramLabel = "SIZE",
                defaultValue = "256MiB",
                description = "of each disk; default ${DEFAULT-VALUE}")
        private String size;

        @Option(
                names = "--directory",
                paramLabel = "DIR",
                defaultValue = "${sys:java.io.tmpdir}",
                description = "where the image files lie meanwhile; default ${DEFAULT-VALUE}")
        private Path directory;

        @Option(names = "--skip-peers", description = "leave out the NBD servers")
        private boolean skipPeers;

        @Spec
        private CommandSpec command;

        @Override
        public Integer call() {
            Settings settings = settings();
            PrintWriter err = command.commandLine().getErr();
            try (BenchProgress progress = new BenchProgress(err)) {
                print(new BlockBenchmark(settings, progress).run());
                return ExitCode.OK;
            } catch (BenchmarkException e) {
                err.println("ringfence: " + e.getMessage());
                return ExitCode.SOFTWARE;
            }
        }

        private Settings settings() {
            long bytes =
                    ByteSize.parse(size).orElseThrow(() -> usage("--size: not a size such as \"256MiB\": " + size));
            if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
                throw usage("--directory: no directory that can be written to: " + directory);
            }
            try {
                return new Settings(rounds, seconds, bytes, directory.toAbsolutePath(), skipPeers);
            } catch (IllegalArgumentException e) {
                throw usage(e.getMessage());
            }
        }

        private ParameterException usage(String message) {
            return new ParameterException(command.commandLine(), message);
        }

        private void print(BlockReport report) {
            PrintWriter out = command.commandLine().getOut();
            if (json) {
                out.println(report.toJson());
                out.flush();
            } else {
                new BlockReportText(report, out).print();
            }
        }
    }
}
