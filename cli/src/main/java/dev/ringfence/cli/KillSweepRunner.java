// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.recovery.KillSweepBenchmark;
import dev.ringfence.fault.report.KillSweep;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;

/** The preset that is no campaign: its driver has no fault, and its machine is a whole one. */
final class KillSweepRunner {
    private static final double PERCENT = 100;

    private final CommandLine command;

    KillSweepRunner(CommandLine command) {
        this.command = command;
    }

    /** @param seconds of each interval */
    int run(double seconds, Path directory, boolean json) throws IOException {
        PrintWriter err = command.getErr();
        KillSweep sweep;
        try (BenchProgress progress = new BenchProgress(err)) {
            String line = "ringfence experiment run " + KillSweepBenchmark.NAME + " --seconds " + seconds;
            sweep = benchmark(seconds, line, progress).run();
        } catch (BenchmarkException e) {
            err.println("ringfence: " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
        sweep.write(directory);
        print(sweep, directory, json);
        return sweep.isWhole() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private KillSweepBenchmark benchmark(double seconds, String line, BenchProgress progress) {
        try {
            return new KillSweepBenchmark(seconds, line, progress);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, "--" + e.getMessage());
        }
    }

    private void print(KillSweep sweep, Path directory, boolean json) throws IOException {
        PrintWriter out = command.getOut();
        if (json) {
            out.println(Files.readString(directory.resolve("report.json")));
        } else {
            Table table = new Table("KILL EVERY", "DUE", "KILLS", "STANDBY READY", "ALONE", "KILLED", "LOST");
            for (KillSweep.Step step : sweep.steps()) {
                table.row(
                        step.intervalSeconds() + " s",
                        Long.toString(step.due()),
                        Long.toString(step.kills()),
                        Long.toString(step.warm()),
                        rate(step.alone()),
                        rate(step.killed()),
                        String.format(Locale.ROOT, "%.1f %%", step.loss() * PERCENT));
            }
            table.print(out);
            out.println(sweep.effects().operations() + " requests: "
                    + sweep.effects().errors() + " failed, " + sweep.effects().wrong()
                    + " lost, doubled, stale or garbled");
            out.println("report: " + directory.resolve("report.html"));
        }
        out.flush();
    }

    private static String rate(KillSweep.Stretch stretch) {
        return Math.round(stretch.operationsPerSecond()) + "/s";
    }
}
