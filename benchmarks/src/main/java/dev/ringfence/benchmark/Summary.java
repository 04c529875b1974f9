// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.util.Collection;
import org.HdrHistogram.Histogram;

/** A distribution of times in microseconds; three digits are right. With few values high percentiles are the largest. */
public record Summary(long n, double mean, double p50, double p99, double p999, double max) {
    public static final Summary EMPTY = new Summary(0, 0, 0, 0, 0, 0);

    private static final long MAX_NANOS = 600_000_000_000L;
    private static final double NANOS_A_MICRO = 1_000;

    /** Below 0 counts as 0. */
    public static Summary ofNanos(Collection<Long> nanos) {
        if (nanos.isEmpty()) {
            return EMPTY;
        }
        Histogram histogram = new Histogram(MAX_NANOS, 3);
        nanos.forEach(value -> histogram.recordValue(Math.min(Math.max(value, 0), MAX_NANOS)));
        return new Summary(
                histogram.getTotalCount(),
                histogram.getMean() / NANOS_A_MICRO,
                histogram.getValueAtPercentile(50) / NANOS_A_MICRO,
                histogram.getValueAtPercentile(99) / NANOS_A_MICRO,
                histogram.getValueAtPercentile(99.9) / NANOS_A_MICRO,
                histogram.getMaxValue() / NANOS_A_MICRO);
    }
}
