// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.ControlJson;
import dev.ringfence.hypervisor.control.MachineDirectory;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** Starts {@code up} again as a process of its own, with the same Java, options and class path, and waits for it. */
final class DetachedStart {
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final long POLL_MILLIS = 20;
    private static final long UP_SECONDS_MAX = 120;

    private final Ringfence ringfence;
    private final Path file;
    private final MachineDirectory directory;
    private final Options options;

    private record Started(String machine, long pid, String stateDirectory, String log) {}

    /** Options of {@code up} that the process in the background needs too. */
    record Options(boolean json, boolean adopt, boolean fresh) {
        List<String> toArguments() {
            List<String> arguments = new ArrayList<>();
            Map.of("--json", json, "--adopt", adopt, "--fresh", fresh).forEach((name, given) -> {
                if (given) {
                    arguments.add(name);
                }
            });
            return arguments;
        }
    }

    DetachedStart(Ringfence ringfence, Path file, MachineDirectory directory, Options options) {
        this.ringfence = ringfence;
        this.file = file;
        this.directory = directory;
        this.options = options;
    }

    int run(CommandLine commandLine) {
        Path log = directory.log();
        try {
            long logged = Files.exists(log) ? Files.size(log) : 0;
            Process process = start(log);
            if (!awaitUp(process)) {
                commandLine.getErr().print(Files.readString(log).substring((int) logged));
                commandLine.getErr().println("ringfence: the machine did not come up; its log: " + log);
                return process.exitValue() == ExitCode.USAGE ? ExitCode.USAGE : ExitCode.SOFTWARE;
            }
            String started = options.json()
                    ? ControlJson.write(new Started(
                            directory.machine(), process.pid(), directory.path().toString(), log.toString()))
                    : "machine " + directory.machine() + " is up (pid " + process.pid() + "); its log: " + log;
            commandLine.getOut().println(started);
            return ExitCode.OK;
        } catch (IOException e) {
            throw new ControlException(500, "the machine can't be started in the background: " + e.getMessage(), e);
        }
    }

    private Process start(Path log) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString()); // out of reach of this terminal's Ctrl-C and hang-up
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                ringfence.mainClass().getName()));
        command.addAll(List.of("up", file.toString()));
        if (ringfence.debug()) {
            command.add("--debug");
        }
        command.addAll(options.toArguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectErrorStream(true);
        builder.environment().putAll(ringfence.environment());
        return builder.start();
    }

    /** False when the process has ended instead. If this one is stopped while it waits, so is the machine. */
    private boolean awaitUp(Process process) {
        Thread stop = new Thread(process::destroy, "stop-machine");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(UP_SECONDS_MAX);
            while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                if (directory.answers()) {
                    return true;
                } else if (System.nanoTime() - deadlineNanos > 0) {
                    process.destroy();
                    throw new ControlException(
                            504,
                            "the machine is not up after " + UP_SECONDS_MAX + " s, and was stopped; its log: "
                                    + directory.log());
                }
            }
            return false;
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new ControlException(500, "interrupted while waiting for the machine", e);
        } finally {
            Runtime.getRuntime().removeShutdownHook(stop);
        }
    }
}
