// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program of this host, running; a test that needs one that is not installed is skipped. */
final class Program implements AutoCloseable {
    private static final long SECONDS_MAX = 60;

    private final List<String> command;
    private final Process process;
    private final Path log;

    private Program(List<String> command, Process process, Path log) {
        this.command = command;
        this.process = process;
        this.log = log;
    }

    /** Skips the calling test when one of them is not installed. */
    static void require(String... names) {
        for (String name : names) {
            assumeTrue(isInstalled(name), name + " is not installed");
        }
    }

    static boolean isInstalled(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(directory -> new File(directory, name).canExecute());
    }

    /** Starts it in a directory; what it prints on its error output is kept, its output can be read. */
    static Program start(Path directory, Object... words) throws IOException {
        List<String> command = new ArrayList<>();
        Arrays.stream(words).map(String::valueOf).forEach(command::add);
        require(command.get(0));
        Path log = Files.createTempFile("program-", ".log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(log.toFile())
                .start();
        // A hang ends here, and not in whoever waits for output.
        CompletableFuture.delayedExecutor(SECONDS_MAX, TimeUnit.SECONDS).execute(process::destroyForcibly);
        return new Program(command, process, log);
    }

    /** Runs it to its end; it must succeed. What it printed. */
    static String run(Path directory, Object... words) throws IOException, InterruptedException {
        try (Program program = start(directory, words)) {
            String output = program.output().lines().reduce("", (all, line) -> all + line + "\n");
            program.awaitSuccess();
            return output;
        }
    }

    BufferedReader output() {
        return process.inputReader(StandardCharsets.UTF_8);
    }

    /** Its output as it is. */
    InputStream input() {
        return process.getInputStream();
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Waits for its end, which must be a good one. */
    void awaitSuccess() throws IOException, InterruptedException {
        assertThat(awaitEnd()).as(() -> command + "\n" + errors()).isZero();
    }

    /** Waits for its end; its exit status. */
    int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    /** What it has said on its error output so far. */
    String errors() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.deleteIfExists(log);
    }
}
