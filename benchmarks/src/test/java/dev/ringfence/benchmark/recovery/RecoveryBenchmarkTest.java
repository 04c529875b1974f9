// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringfence.hypervisor.control.KillMethod;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole run, as small as it gets. */
class RecoveryBenchmarkTest {
    private static final List<KillMethod> WAYS =
            List.of(KillMethod.KILL, KillMethod.THROW, KillMethod.EXIT, KillMethod.SEGV);

    @TempDir
    private Path directory;

    @Test
    void everyWayToDieIsMeasuredBesideTheFloorsAndTheGuestSeesNothingWrong() throws IOException {
        Path plot = directory.resolve("plot.svg");
        RecoverySettings settings = new RecoverySettings(
                new RecoverySettings.Outages(WAYS, List.of(32), List.of(2), 1, 2, false, true),
                new RecoverySettings.Throughput(1, 0.5),
                0,
                7,
                directory,
                Optional.of(plot));

        RecoveryReport report = new RecoveryBenchmark(
                        settings, (done, total, what) -> assertThat(done).isLessThanOrEqualTo(total))
                .run();

        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertThat(json.path("machine").path("cores").asInt()).isPositive();
        assertThat(json.path("series").findValuesAsText("way")).containsExactly("kill", "throw", "exit", "segv");
        for (OutageSeries series : report.series()) {
            assertThat(series.crashes()).as("%s", series).hasSize(1);
            assertThat(series.outage().max()).isPositive();
            assertThat(series.replayedStarted()).isPositive();
        }
        assertThat(report.floors()).extracting(FloorSeries::floor).contains(FloorSeries.QUIET, FloorSeries.JVM);
        assertThat(report.floors()).allMatch(floor -> floor.outage().n() == 1);
        assertThat(report.throughput()).hasSize(ThroughputRun.RATES.size());
        assertThat(report.supervision().on()).hasSize(SupervisionRun.PAIRS).allMatch(rate -> rate > 0);
        assertThat(report.effects().operations()).isPositive();
        assertThat(report.effects().wrong()).as("%s", report.effects()).isZero();
        assertThat(json.path("goals").findValuesAsText("name"))
                .anyMatch(name -> name.startsWith("outage p50"))
                .anyMatch(name -> name.startsWith("errors, lost"));
        assertThat(plot).content().startsWith("<svg");
        assertText(report);
        Files.delete(plot);
        assertThat(directory).isEmptyDirectory();
    }

    private static void assertText(RecoveryReport report) {
        StringWriter text = new StringWriter();
        new RecoveryReportText(report, new PrintWriter(text)).print();
        assertThat(text.toString())
                .contains("outage at the guest", "throughput under kills", FloorSeries.JVM)
                .doesNotContain("null", "NaN");
    }
}
