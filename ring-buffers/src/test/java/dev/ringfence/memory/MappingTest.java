// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MappingTest {
    private static final int SIGNAL = 128;
    private static final int SIGABRT = 6;
    private static final int SIGSEGV = 11;

    @Test
    void isTheSameMemoryAgain() {
        try (SharedMemory memory = SharedMemory.create("test", 16384);
                Mapping mapping = Mapping.of(memory, 4096, 8192)) {
            memory.window().putInt(4100, 42);
            assertThat(mapping.window().getInt(4)).isEqualTo(42);
            assertThat(mapping.window().bytes()).isEqualTo(8192);
        }
    }

    @Test
    void whatWasForbiddenIsThereAgainOncePermitted() {
        try (SharedMemory memory = SharedMemory.create("test", 16384);
                Mapping mapping = Mapping.of(memory, 0, 16384)) {
            mapping.window().putInt(4096, 1);
            mapping.forbid(4096, 8192);
            memory.window().putInt(4096, 2);
            mapping.window().putInt(0, 3);
            mapping.permit(4096, 8192);
            assertThat(mapping.window().getInt(4096)).isEqualTo(2);
        }
    }

    @Test
    void takesWholePagesOfTheMemoryOnly() {
        try (SharedMemory memory = SharedMemory.create("test", 8192);
                Mapping mapping = Mapping.of(memory, 0, 8192)) {
            assertThatIllegalArgumentException().isThrownBy(() -> mapping.forbid(1, 4096));
            assertThatIllegalArgumentException().isThrownBy(() -> mapping.forbid(0, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> Mapping.of(memory, 0, 100));
            assertThatThrownBy(() -> mapping.forbid(4096, 8192)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> Mapping.of(memory, 4096, 8192)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "write"})
    void whoTouchesAForbiddenPageDies(String how) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-XX:ErrorFile=/dev/null"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Trespasser.class.getName(), how));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();

        assertThat(process.waitFor()).isIn(SIGNAL + SIGABRT, SIGNAL + SIGSEGV);
    }

    /** Touches what it may, and then what it may not. */
    static final class Trespasser {
        private Trespasser() {}

        public static void main(String[] arguments) {
            ResourceLimits.noCoreDumps();
            SharedMemory memory = SharedMemory.create("test", 8192);
            Window window = Mapping.of(memory, 0, 8192).window();
            Mapping mapping = Mapping.of(memory, 0, 8192);
            mapping.window().putInt(4096, window.getInt(0));
            mapping.forbid(4096, 4096);
            window.putInt(4096, 1);
            if (arguments[0].equals("read")) {
                mapping.window().getInt(4096);
            } else {
                mapping.window().putInt(4096, 2);
            }
        }
    }
}
