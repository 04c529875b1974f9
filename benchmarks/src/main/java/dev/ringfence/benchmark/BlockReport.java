// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.util.List;
import java.util.Map;

/**
 * What {@link BlockBenchmark} found.
 *
 * @param idleCpuMicrosPerSecond by what was watched while all connections were idle
 * @param skipped what was left out, and why
 */
public record BlockReport(
        String benchmark,
        Host machine,
        Map<String, Object> settings,
        List<Results.Series> series,
        List<Results.Ratio> ratios,
        Map<String, Double> allocatedBytesPerRequest,
        Map<String, Double> idleCpuMicrosPerSecond,
        List<String> skipped,
        List<Goal> goals) {
    public BlockReport {
        settings = Map.copyOf(settings);
        series = List.copyOf(series);
        ratios = List.copyOf(ratios);
        skipped = List.copyOf(skipped);
        goals = List.copyOf(goals);
    }

    public String toJson() {
        return ReportJson.of(this);
    }
}
