// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Summary;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Very many takeovers of one machine. Times in microseconds.
 *
 * @param portion deaths by SIGKILL in {@code first} and in {@code last}, whether they found a request started or not
 * @param series the outages by way of dying
 * @param samples now and then
 */
public record SoakReport(
        int takeovers, int portion, Summary first, Summary last, List<OutageSeries> series, List<Sample> samples) {
    private static final int PARTS = 5;

    /** What was in use after so many takeovers. */
    public record Sample(int takeovers, ProcessUse hypervisor, ProcessUse guest) {}

    public SoakReport {
        series = List.copyOf(series);
        samples = List.copyOf(samples);
    }

    double lastOverFirst() {
        return last.p99() / first.p99();
    }

    /**
     * By what factor a figure has grown: the median of the last fifth of the samples over that of the second fifth, since
     * a process takes what it needs in the first.
     */
    double growth(ToLongFunction<Sample> figure) {
        int part = Math.max(1, samples.size() / PARTS);
        double early = Medians.of(samples.subList(part, Math.min(2 * part, samples.size())), figure::applyAsLong);
        double late = Medians.of(samples.subList(samples.size() - part, samples.size()), figure::applyAsLong);
        return late / early;
    }
}
