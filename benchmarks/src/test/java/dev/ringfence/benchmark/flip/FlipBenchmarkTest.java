// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole run, as small as it gets. */
class FlipBenchmarkTest {
    @TempDir
    private Path directory;

    @Test
    void measuresEveryWayWithEverySizeAndDrawsIt() throws Exception {
        Path plot = directory.resolve("flip.svg");
        List<String> steps = new ArrayList<>();

        FlipReport report = new FlipBenchmark(
                        new FlipSettings(1, 0.0002, Optional.of(plot)), (done, total, what) -> steps.add(what))
                .run();

        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertThat(json.path("series")).hasSize(FlipBenchmark.SIZES.size() * Way.values().length * 3);
        assertThat(json.path("series").findValuesAsText("way")).contains("copy", "flip", "guarded", "map", "direct");
        assertThat(json.path("crossovers")).hasSize(9);
        assertThat(report.series())
                .filteredOn(series -> series.condition() == Condition.ALONE)
                .allMatch(FlipSeries::isMeasured);
        assertThat(steps).contains("round 1 of 1");
        StringWriter text = new StringWriter();
        new FlipReportText(report, new PrintWriter(text)).print();
        assertThat(text.toString()).contains("guarded", "64 KiB", "1514 B").doesNotContain("null");
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(plot.toFile())
                        .getDocumentElement()
                        .getTagName())
                .isEqualTo("svg");
        assertThat(Files.readString(plot)).doesNotContain("NaN", "Infinity");
    }

    @Test
    void aCrossoverIsWhereAWayIsQuickerForGood() {
        List<FlipSeries> series = new ArrayList<>();
        double[] copy = {10, 20, 30, 40};
        double[] flip = {9, 25, 25, 25};
        for (int i = 0; i < copy.length; i++) {
            series.add(series(Way.COPY, 64 << i, copy[i]));
            series.add(series(Way.FLIP, 64 << i, flip[i]));
            series.add(series(Way.GUARDED, 64 << i, 100));
            series.add(series(Way.MAP, 64 << i, i < 2 ? 100 : 0));
        }

        assertThat(Crossover.of(series, Way.FLIP, Condition.ALONE).bytes()).isEqualTo(256);
        assertThat(Crossover.of(series, Way.GUARDED, Condition.ALONE).bytes()).isNull();
        assertThat(Crossover.of(series, Way.MAP, Condition.ALONE).bytes()).isNull();
    }

    private static FlipSeries series(Way way, int bytes, double nanos) {
        return FlipSeries.of(
                way, bytes, 1, Condition.ALONE, 1, List.of(new FlipSeries.Round(10, nanos, 2 * nanos, 3 * nanos)));
    }
}
