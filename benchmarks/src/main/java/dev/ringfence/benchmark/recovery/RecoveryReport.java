// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ringfence.benchmark.Goal;
import dev.ringfence.benchmark.Host;
import dev.ringfence.benchmark.ReportJson;
import java.util.List;
import java.util.Map;

/**
 * What {@link RecoveryBenchmark} found.
 *
 * @param standby null when it was not measured
 * @param supervision null when it was not measured
 * @param soak null when there was none
 * @param skipped what was left out, and why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RecoveryReport(
        String benchmark,
        Host machine,
        Map<String, Object> settings,
        List<OutageSeries> series,
        List<FloorSeries> floors,
        List<ThroughputRound> throughput,
        StandbyCost standby,
        SupervisionCost supervision,
        SoakReport soak,
        Effects effects,
        List<String> skipped,
        List<Goal> goals) {
    public RecoveryReport {
        settings = Map.copyOf(settings);
        series = List.copyOf(series);
        floors = List.copyOf(floors);
        throughput = List.copyOf(throughput);
        skipped = List.copyOf(skipped);
        goals = List.copyOf(goals);
    }

    public String toJson() {
        return ReportJson.of(this);
    }
}
