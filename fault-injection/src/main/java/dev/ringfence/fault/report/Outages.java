// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import org.HdrHistogram.Histogram;

/**
 * How long guests waited.
 *
 * @param count trials with an outage; the rest is 0 if there were none
 */
record Outages(long count, long p50Micros, long p90Micros, long p99Micros, long maxMicros) {
    private static final int DIGITS = 3;

    static Histogram histogram() {
        return new Histogram(DIGITS);
    }

    static Outages of(Histogram histogram) {
        return new Outages(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getMaxValue());
    }
}
