// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringfence.fault.report.KillSweep.Effects;
import dev.ringfence.fault.report.KillSweep.Sample;
import dev.ringfence.fault.report.KillSweep.Step;
import dev.ringfence.fault.report.KillSweep.Stretch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KillSweepTest {
    private static final List<Step> STEPS =
            DoubleStream.of(10, 1, 0.1, 0.001).mapToObj(KillSweepTest::step).toList();

    @TempDir
    private Path directory;

    private static Step step(double interval) {
        Stretch alone = new Stretch(2, 200_000, List.of(new Sample(1, 100_000)), List.of());
        List<Sample> timeline = List.of(new Sample(0.5, 90_000), new Sample(1.5, 70_000));
        return new Step(interval, alone, new Stretch(2, 160_000, timeline, List.of(0.5, 1.5)), 20, 2, 1);
    }

    private static KillSweep sweep(long errors, long wrong) {
        return KillSweep.of(
                Map.of("kernel", "<Linux>"), "reads", "ringfence", STEPS, new Effects(360_000, errors, wrong));
    }

    @Test
    void saysWhatWasLostAndWhetherThatIsWell() throws IOException {
        sweep(0, 0).write(directory);

        JsonNode json =
                new ObjectMapper().readTree(directory.resolve("report.json").toFile());
        assertThat(json.path("steps").path(1).path("loss").asDouble()).isEqualTo(0.2, within(1e-9));
        assertThat(json.path("steps").path(0).path("kills").asInt()).isEqualTo(2);
        assertThat(json.path("goals").findValuesAsText("met")).containsExactly("true", "true", "false");
        assertThat(Files.readString(directory.resolve("report.html")))
                .contains("20.0 %", "RedLeaf", "&lt;Linux&gt;", "A kill every 100 ms: 2 carried out")
                .doesNotContain("can't be drawn", "<Linux>");
    }

    @Test
    void aRequestThatFailedIsNoSuccess() {
        assertThat(sweep(0, 0).isWhole()).isTrue();
        assertThat(sweep(1, 0).isWhole()).isFalse();
        assertThat(sweep(0, 1).isWhole()).isFalse();
        assertThat(sweep(0, 1).goals()).extracting(Goal::met).containsExactly(true, false, false);
    }
}
