// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import java.util.Arrays;

/** Finds the longest stretch without a completion. */
final class Gaps {
    /**
     * @param beginNanos the last completion before it
     * @param endNanos the first after it
     */
    record Gap(long beginNanos, long endNanos) {
        static final Gap NONE = new Gap(0, 0);

        long nanos() {
            return endNanos - beginNanos;
        }
    }

    private Gaps() {}

    /**
     * The longest gap that lies, at least in part, between two instants.
     *
     * @param times of completions, ascending
     */
    static Gap longest(long[] times, long fromNanos, long toNanos) {
        Gap longest = Gap.NONE;
        for (int i = 1; i < times.length; i++) {
            boolean touches = times[i] > fromNanos && times[i - 1] < toNanos;
            if (touches && times[i] - times[i - 1] > longest.nanos()) {
                longest = new Gap(times[i - 1], times[i]);
            }
        }
        return longest;
    }

    /** The sum of all gaps longer than {@code longerNanos} that lie, at least in part, between two instants. */
    static long sumOfLong(long[] times, long fromNanos, long toNanos, long longerNanos) {
        long sum = 0;
        for (int i = 1; i < times.length; i++) {
            long gap = times[i] - times[i - 1];
            if (times[i] > fromNanos && times[i - 1] < toNanos && gap > longerNanos) {
                sum += gap;
            }
        }
        return sum;
    }

    /** All queues' completions as if they were one queue's. */
    static long[] merged(long[][] times) {
        long[] merged = Arrays.stream(times).flatMapToLong(Arrays::stream).toArray();
        Arrays.sort(merged);
        return merged;
    }
}
