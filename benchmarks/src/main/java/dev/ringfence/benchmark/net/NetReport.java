// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.benchmark.Goal;
import dev.ringfence.benchmark.Host;
import dev.ringfence.benchmark.ReportJson;
import java.util.List;
import java.util.Map;

/**
 * What {@link NetBenchmark} found.
 *
 * @param allocatedBytesPerFrame by domain; empty when it was not measured
 * @param skipped what was left out, or failed, and why
 */
public record NetReport(
        String benchmark,
        Host machine,
        Map<String, Object> settings,
        List<NetResults.Series> series,
        Map<String, Double> allocatedBytesPerFrame,
        List<String> skipped,
        List<Goal> goals) {
    public NetReport {
        settings = Map.copyOf(settings);
        series = List.copyOf(series);
        allocatedBytesPerFrame = Map.copyOf(allocatedBytesPerFrame);
        skipped = List.copyOf(skipped);
        goals = List.copyOf(goals);
    }

    public String toJson() {
        return ReportJson.of(this);
    }
}
