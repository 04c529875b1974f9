// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.ring.Defect;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A network driver may die after any of its stores, and its successor after any of its own: every slot is answered once, in its
 * place, frames go out in order, what arrives is whole, and no page is lost or has two owners.
 */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
final class NetCrashTest {
    private static final long SEED = Long.getLong("ringfence.test.seed", System.nanoTime());
    private static final int TRAFFIC_RUNS = 40;
    private static final List<String> FLAGS = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-")
                    || flag.startsWith("--enable-native-access")
                    || flag.startsWith("--sun-misc-unsafe"))
            .toList();

    @ParameterizedTest
    @EnumSource
    void nothingIsLostAndNothingInvented(LabScenario scenario) throws Exception {
        String outcome = sweep(Defect.NONE, "sweep", "COPY", scenario.name());

        assertThat(outcome).startsWith("runs=");
        System.err.println(scenario + ": " + outcome);
    }

    @Test
    void everyPageHasOneOwnerUnderRandomTrafficAndDeaths() throws Exception {
        System.err.println("seed=" + SEED);
        String outcome = sweep(Defect.NONE, "traffic", "COPY", Long.toString(SEED), Integer.toString(TRAFFIC_RUNS));

        assertThat(outcome).startsWith("runs=" + TRAFFIC_RUNS + " ");
        System.err.println(outcome);
    }

    /** No rule is there for nothing: a driver without it is caught. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "CONSUMER_BEFORE_TAKEN",
                "TAKEN_NOT_JOURNALLED",
                "DONE_NOT_JOURNALLED",
                "PUBLISHED_BEFORE_COMMIT",
                "FREED_BEFORE_COMMIT",
                "COMMITTED_ANSWERED_AGAIN",
                "PINS_NOT_REBUILT",
                "RESPONSES_NOT_REPUBLISHED",
                "GUEST_NOT_RUNG",
                "REPLAY_DROPPED",
                "PACKET_TAKEN_AS_ONE_SLOT",
                "EXTRA_INFO_ANSWERED_AS_FRAGMENT",
                "FRAME_COMMITTED_IN_PIECES",
                "FILLED_BUFFERS_FORGOTTEN"
            })
    void aDriverThatBreaksARuleIsCaught(Defect defect) throws Exception {
        String[] all = Stream.concat(
                        Stream.of("sweep", "COPY"),
                        Arrays.stream(LabScenario.values()).map(Enum::name))
                .toArray(String[]::new);
        String outcome = sweep(defect, all);

        assertThat(outcome).startsWith("violation: ");
        System.err.println(defect + ": " + outcome);
    }

    static String sweep(Defect defect, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m", "-XX:ErrorFile=/dev/null"));
        command.addAll(List.of("-Dringfence.crashAtStore=-1", "-Dringfence.defect=" + defect));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LabSweep.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor())
                    .as("exit status, having said: " + said)
                    .isZero();
            return said.strip();
        } finally {
            process.destroyForcibly();
        }
    }
}
