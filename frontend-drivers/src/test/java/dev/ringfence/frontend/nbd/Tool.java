// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of this machine; a test that needs one that is not there is skipped. */
final class Tool {
    private static final long TIMEOUT_SECONDS = 120;

    private Tool() {}

    /** Its output, both streams; it must exit with 0. */
    static String run(String program, Object... arguments) throws IOException, InterruptedException {
        Result result = exec(program, arguments);
        assertThat(result.exit())
                .as("%s %s\n%s", program, Arrays.toString(arguments), result.output())
                .isZero();
        return result.output();
    }

    /** Its output; it must exit with an error. */
    static String fail(String program, Object... arguments) throws IOException, InterruptedException {
        Result result = exec(program, arguments);
        assertThat(result.exit())
                .as("%s %s\n%s", program, Arrays.toString(arguments), result.output())
                .isPositive();
        return result.output();
    }

    private record Result(int exit, String output) {}

    private static Result exec(String program, Object... arguments) throws IOException, InterruptedException {
        assumeTrue(isInstalled(program), program + " is not installed");
        List<String> command = new ArrayList<>(List.of(program));
        Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
        File output = File.createTempFile(program, ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(command + " hangs: " + read(output));
            }
            return new Result(process.exitValue(), read(output));
        } finally {
            assertThat(output.delete()).isTrue();
        }
    }

    private static String read(File file) throws IOException {
        return java.nio.file.Files.readString(file.toPath(), StandardCharsets.UTF_8);
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> new File(directory, program).canExecute());
    }
}
