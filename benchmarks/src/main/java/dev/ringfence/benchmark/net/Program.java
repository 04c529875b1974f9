// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.benchmark.BenchmarkException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A program in the background, what it says in a file; it ends when closed, and by its standard input when we are gone. */
final class Program implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 15;
    private static final int POLL_MILLIS = 5;
    private static final int END_SECONDS = 3;

    private final String name;
    private final Process process;
    private final Path output;

    private Program(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    /**
     * @param home where the file is made
     * @param environment beside ours
     */
    static Program start(Path home, String name, List<String> command, Map<String, String> environment) {
        try {
            Path output = Files.createTempFile(home, name, ".log");
            ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
            builder.environment().putAll(environment);
            builder.redirectErrorStream(true).redirectOutput(output.toFile());
            return new Program(name, builder.start(), output);
        } catch (IOException e) {
            throw new BenchmarkException(name + " can't be started: " + e.getMessage(), e);
        }
    }

    static Program start(Path home, String name, List<String> command) {
        return start(home, name, command, Map.of());
    }

    long pid() {
        return process.pid();
    }

    /** What it has said so far. */
    String output() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BenchmarkException("what " + name + " said can't be read: " + e.getMessage(), e);
        }
    }

    /** Waits while it runs; @throws BenchmarkException when it ends before, or when it takes too long. */
    Program await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new BenchmarkException(name + " ended with " + process.exitValue() + ": " + said());
            }
            if (System.nanoTime() - until > 0) {
                throw new BenchmarkException(
                        name + ": waited " + PATIENCE_SECONDS + " s in vain until " + what + "; it said: " + said());
            }
            pause(POLL_MILLIS);
        }
        return this;
    }

    /** Waits for its end, however it ends; what it said. */
    String awaitEnd(int seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new BenchmarkException(name + " did not end within " + seconds + " s; it said: " + said());
            }
            return output();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
    }

    private String said() {
        String all = output().strip();
        return all.isEmpty() ? "nothing" : all.substring(Math.max(0, all.length() - 300));
    }

    static void pause(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
