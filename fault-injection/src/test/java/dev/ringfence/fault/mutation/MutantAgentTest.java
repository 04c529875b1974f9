// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own whose code changes under it. */
final class MutantAgentTest {
    private static final long SECONDS = 60;

    @Test
    void codeChangesAndChangesBackWhileItRuns(@TempDir Path directory) throws IOException, InterruptedException {
        Path hits = Files.write(directory.resolve("hits"), new byte[2 * Integer.BYTES]);
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-javaagent:" + MutantAgent.writeJar(directory),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentLife.class.getName(),
                        hits.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        // Nothing else: no warning of the JVM either.
        assertThat(Files.readAllLines(output))
                .containsExactly(
                        "mine 4, worker's 4",
                        "mine changed",
                        "mine 4, hits true",
                        "thrown injected exception",
                        "mine 4, of the other -5",
                        "stillborn Optional[java.lang.VerifyError]",
                        "mine 4, of the other 5",
                        "of the drivers' classes 0 stillborn");
        assertThat(ByteBuffer.wrap(Files.readAllBytes(hits)).getInt(Integer.BYTES))
                .as("what the dead process counted")
                .isPositive();
    }

    @Test
    void withoutTheAgentNothingIsInstalled() {
        assertThatThrownBy(() -> MutantAgent.install(
                        Fixture.class.getName(), Mutator.apply(Mutator.classFile(Fixture.class.getName()), 0, 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("class=" + Fixture.class.getName());
    }
}
