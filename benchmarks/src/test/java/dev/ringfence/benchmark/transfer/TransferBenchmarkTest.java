// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringfence.benchmark.NetworkHosts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole run, as small as it gets. */
class TransferBenchmarkTest {
    private static final long BYTES = 64 << 20;

    @TempDir
    private Path directory;

    @Test
    void aDownloadArrivesWholeThoughItsDriverDied() throws IOException {
        NetworkHosts.obstacle().ifPresent(why -> assumeTrue(false, why));
        Path plot = directory.resolve("plot.svg");
        TransferSettings settings = new TransferSettings(2, BYTES, 7, directory, Optional.of(plot));

        TransferReport report = new TransferBenchmark(
                        settings, (done, total, what) -> assertThat(done).isLessThanOrEqualTo(total))
                .run();

        assertThat(report.holds()).as("%s", report).isTrue();
        assertThat(report.bytes()).isGreaterThanOrEqualTo(BYTES);
        assertThat(report.stalls()).hasSize(2).allMatch(stall -> stall.nanos() > 0);
        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertThat(json.path("goals").findValuesAsText("name")).contains("connections reset");
        assertThat(json.path("tcp").path("resets").asInt(-1)).isZero();
        assertThat(plot).content().startsWith("<svg").contains("2 kills");
        StringWriter text = new StringWriter();
        new TransferReportText(report, new PrintWriter(text)).print();
        assertThat(text.toString()).contains("SHA-256 equal", "2 kills").doesNotContain("null", "NaN");
        Files.delete(plot);
        assertThat(directory).isEmptyDirectory();
    }
}
