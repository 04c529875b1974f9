// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Programs of other projects that a comparison needs. */
public final class Tools {
    private Tools() {}

    /** What an installed program says of its version; empty when it is not on the PATH. */
    public static Optional<String> version(String program) {
        return isInstalled(program)
                ? Optional.of(
                        run(List.of(program, "--version")).lines().findFirst().orElse(""))
                : Optional.empty();
    }

    /** There is a program of that name on the PATH. */
    public static boolean isInstalled(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Arrays.stream(path.split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /**
     * Runs a program to its end; its standard output.
     *
     * @throws BenchmarkException when it fails, with what it said
     */
    public static String run(List<String> command) {
        try {
            Path errors = Files.createTempFile("ringfence-bench", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectError(errors.toFile())
                        .start();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int code = process.waitFor();
                if (code != 0) {
                    String said = Files.readString(errors).strip() + " " + output.strip();
                    throw new BenchmarkException(String.join(" ", command) + " ended with " + code + ": " + said);
                }
                return output;
            } finally {
                Files.deleteIfExists(errors);
            }
        } catch (IOException e) {
            throw new BenchmarkException(command.get(0) + " can't be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
    }
}
