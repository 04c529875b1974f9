// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Where the checks look.
 *
 * @param root "/", but for tests
 * @param environment its PATH says where programs are
 * @param stateRoot where machines keep their directories
 */
public record Host(Path root, Map<String, String> environment, Path stateRoot) {
    private static final long PROGRAM_SECONDS_MAX = 10;

    /** The outcome of a program: its exit code, and what it wrote to either output. */
    record Outcome(int exitCode, String output) {}

    /** The content of a file such as "proc/sys/kernel/osrelease", stripped; empty when it can't be read. */
    Optional<String> read(String path) {
        try {
            return Optional.of(Files.readString(root.resolve(path)).strip());
        } catch (IOException e) {
            return Optional.empty(); // not there on this kernel, which is the finding
        }
    }

    /** What follows a label at the start of a line. */
    Optional<String> line(String path, String label) {
        return read(path).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(label))
                .map(line -> line.substring(label.length()).strip())
                .findFirst();
    }

    /** A program on PATH, or in the directories of administration that a user's PATH may lack. */
    Optional<Path> program(String name) {
        String path = environment.getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(":", -1)).filter(entry -> !entry.isEmpty()), administration())
                .map(entry -> Path.of(entry, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** Runs a program to its end; empty when it takes too long. */
    Optional<Outcome> run(Path program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile("ringfence-doctor", ".txt");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                if (!process.waitFor(PROGRAM_SECONDS_MAX, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    return Optional.empty();
                }
                return Optional.of(new Outcome(
                        process.exitValue(),
                        Files.readString(output, StandardCharsets.ISO_8859_1).strip()));
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    boolean isSuperuser() {
        return line("proc/self/status", "Uid:")
                .filter(uids -> uids.startsWith("0"))
                .isPresent();
    }

    private Stream<String> administration() {
        return Stream.of("usr/sbin", "sbin")
                .map(directory -> root.resolve(directory).toString());
    }
}
