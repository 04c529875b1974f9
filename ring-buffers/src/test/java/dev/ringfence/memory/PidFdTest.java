// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PidFdTest {
    private static final int STOPS = 10;

    private static Process sleeper() throws IOException {
        return new ProcessBuilder("sleep", "1000").start();
    }

    @Test
    void tellsTheLivingFromTheDead() throws Exception {
        Process process = sleeper();
        try (PidFd pidfd = PidFd.open(process.pid())) {
            assertThat(pidfd.awaitDeath(0)).isFalse();
            assertThat(pidfd.signal(0)).isTrue();
            assertThat(pidfd.signal(Processes.SIGKILL)).isTrue();
            assertThat(pidfd.awaitDeath(-1)).isTrue();
            process.waitFor();
            assertThat(pidfd.signal(Processes.SIGKILL)).isFalse();
        }
    }

    /** The kernel begins the wait anew after SIGCONT, and reads once more what it is to wait for. */
    @Test
    void whoWaitsMayBeStoppedMeanwhile() throws Exception {
        Process process = sleeper();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        // Compiled code keeps nothing alive that it does not use any more; interpreted code does.
        command.addAll(List.of("-Xcomp", "-XX:CompileCommand=quiet"));
        command.add("-XX:CompileCommand=compileonly," + PidFd.class.getName() + "::*");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Mourner.class.getName()));
        command.add(Long.toString(process.pid()));
        Process mourner = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader answers = mourner.inputReader()) {
            assertThat(answers.readLine()).isEqualTo("waiting");
            for (int i = 0; i < STOPS; i++) {
                Processes.signal(mourner.pid(), Processes.SIGSTOP);
                awaitStopped(mourner, true);
                Processes.signal(mourner.pid(), Processes.SIGCONT);
                awaitStopped(mourner, false);
            }
            process.destroyForcibly();
            assertThat(answers.readLine()).isEqualTo("it is dead");
        } finally {
            process.destroyForcibly();
            mourner.destroyForcibly();
        }
    }

    private static void awaitStopped(Process process, boolean stopped) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        while (Files.readString(status).contains("State:\tT") != stopped) {
            Thread.onSpinWait();
        }
    }

    /** Waits for a death, while its memory is collected and used again. */
    static final class Mourner {
        private static final int ROUNDS = 3;
        private static final int BLOCKS = 2_000;
        private static final int BYTES = 4096;

        private Mourner() {}

        public static void main(String[] arguments) {
            PidFd pidfd = PidFd.open(Long.parseLong(arguments[0]));
            AtomicInteger thread = new AtomicInteger();
            new Thread(() -> {
                        thread.set(Processes.threadId());
                        boolean dead = pidfd.awaitDeath(-1);
                        String truth = pidfd.awaitDeath(0) ? "it is dead" : "it lives";
                        System.out.println(dead ? truth : "nothing is known");
                    })
                    .start();
            while (thread.get() == 0 || !Processes.isAsleep(thread.get())) {
                Thread.onSpinWait();
            }
            List<PrivateMemory> used = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                System.gc();
                for (int i = 0; i < BLOCKS; i++) {
                    PrivateMemory block = new PrivateMemory(BYTES);
                    block.window().fill(0, BYTES, (byte) 0x7f);
                    used.add(block);
                }
            }
            System.out.println("waiting");
            LockSupport.park(used);
        }
    }
}
