// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.HdrHistogram.Histogram;

/**
 * What one run measured.
 *
 * @param allocatedBytes by the measuring thread on Java's heap, while it measured; negative where nobody counted
 */
public record Figures(
        long operations,
        long elapsedNanos,
        double meanNanos,
        long p50Nanos,
        long p99Nanos,
        long maxNanos,
        long allocatedBytes) {

    static Figures of(long operations, long elapsedNanos, Histogram latencies, long allocatedBytes) {
        return new Figures(
                operations,
                elapsedNanos,
                latencies.getMean(),
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99),
                latencies.getMaxValue(),
                allocatedBytes);
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    double operationsPerSecond() {
        return operations * 1e9 / elapsedNanos;
    }

    /** Three digits up to a minute, made once: a histogram that grows would allocate while measuring. */
    static Histogram histogram() {
        return new Histogram(60_000_000_000L, 3);
    }
}
