// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.flip.FlipBenchmark;
import dev.ringfence.benchmark.flip.FlipReport;
import dev.ringfence.benchmark.flip.FlipReportText;
import dev.ringfence.benchmark.flip.FlipSettings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "flip",
        description = {
            "Whether to copy a guest's data or to hand over the pages it is in: 64 bytes to 2 MiB in every way there is.",
            "Takes a minute as it stands, on a host with nothing else to do. A goal that is missed is reported, and no failure."
        },
        mixinStandardHelpOptions = true)
final class BenchFlipCommand implements Callable<Integer> {
    @Option(names = "--json", description = "report as JSON, with the figures of every round")
    private boolean json;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "9",
            description = "rounds to take medians of, at least 1; default ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "0.01",
            description = "for each measurement, 255 a round; default ${DEFAULT-VALUE}")
    private double seconds;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            defaultValue = "flip.svg",
            description = "the picture of time over size; default ${DEFAULT-VALUE}")
    private Path plot;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        FlipSettings settings = settings();
        PrintWriter err = command.commandLine().getErr();
        try (BenchProgress progress = new BenchProgress(err)) {
            print(new FlipBenchmark(settings, progress).run());
            return ExitCode.OK;
        } catch (BenchmarkException e) {
            err.println("ringfence: " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private FlipSettings settings() {
        Path parent = plot.toAbsolutePath().getParent();
        if (Files.isDirectory(plot) || !Files.isWritable(parent)) {
            throw new ParameterException(command.commandLine(), "--plot: no file that can be written: " + plot);
        }
        try {
            return new FlipSettings(rounds, seconds, Optional.of(plot));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
    }

    private void print(FlipReport report) {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(report.toJson());
            out.flush();
        } else {
            new FlipReportText(report, out).print();
        }
        command.commandLine().getErr().println("time over size: " + plot);
    }
}
