// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole run, as small as it gets. */
@Tag("long")
class BlockBenchmarkTest {
    @TempDir
    private Path directory;

    @Test
    void measuresEveryWorkloadOnEveryEngineAndJudgesEveryGoal() throws IOException {
        List<String> steps = new ArrayList<>();
        Settings settings = new Settings(1, 0.02, Settings.SIZE_BYTES_MIN, directory, false);

        BlockReport report = new BlockBenchmark(settings, (done, total, what) -> {
                    assertThat(done).isLessThanOrEqualTo(total);
                    steps.add(what);
                })
                .run();

        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertThat(json.path("machine").path("cores").asInt()).isPositive();
        for (Workload workload : Workload.ALL) {
            for (String device : List.of(Results.IMAGE, Results.MEMORY)) {
                assertMeasured(json, device, workload, Engines.RING);
                assertMeasured(json, device, workload, Engines.DIRECT);
            }
            assertMeasured(json, Results.IMAGE, workload, Engines.RING_TAGS);
            for (String tool : report.machine().tools().keySet()) {
                assertMeasured(json, Results.IMAGE, workload, tool.equals("fio") ? Engines.GATEWAY : tool);
            }
        }
        assertThat(names(json)).anyMatch(name -> name.startsWith("ring over direct"));
        assertThat(names(json)).anyMatch(name -> name.startsWith("microseconds over round trip"));
        assertThat(names(json)).anyMatch(name -> name.startsWith("microseconds of CPU"));
        assertThat(report.allocatedBytesPerRequest()).containsOnlyKeys("driver", "guest");
        assertThat(steps).anyMatch(step -> step.startsWith("round 1 of 1"));
        assertText(report);
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    private static void assertMeasured(JsonNode json, String device, Workload workload, String engine) {
        assertThat(json.path("series"))
                .as("%s of %s on %s", workload.name(), engine, device)
                .anyMatch(series -> series.path("device").asText().equals(device)
                        && series.path("workload").path("name").asText().equals(workload.name())
                        && series.path("engine").asText().equals(engine)
                        && series.path("rounds").size() == 1
                        && series.path("median").path("operationsPerSecond").asDouble() > 0);
    }

    private static List<String> names(JsonNode json) {
        return json.path("goals").findValuesAsText("name");
    }

    private static void assertText(BlockReport report) {
        StringWriter text = new StringWriter();
        new BlockReportText(report, new PrintWriter(text)).print();
        assertThat(text.toString()).contains(Workload.DEEP_READ.name()).doesNotContain("null");
    }
}
