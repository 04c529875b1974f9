// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import dev.ringfence.benchmark.Goal;
import dev.ringfence.benchmark.Host;
import dev.ringfence.benchmark.ReportJson;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link FlipBenchmark} found.
 *
 * @param quickest for some sizes, of the ways that move something, the writing included
 */
public record FlipReport(
        String benchmark,
        Host machine,
        Map<String, Object> settings,
        List<FlipSeries> series,
        List<Crossover> crossovers,
        Map<String, Way> quickest,
        List<Goal> goals) {
    public FlipReport {
        settings = Map.copyOf(settings);
        series = List.copyOf(series);
        quickest = Collections.unmodifiableMap(new LinkedHashMap<>(quickest));
        crossovers = List.copyOf(crossovers);
        goals = List.copyOf(goals);
    }

    public String toJson() {
        return ReportJson.of(this);
    }
}
