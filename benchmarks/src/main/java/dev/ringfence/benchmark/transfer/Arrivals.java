// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

import java.util.ArrayList;
import java.util.List;

/** When bytes came to the application: every silence that is long enough to be looked at, and how many came in each bin of time. */
final class Arrivals {
    /** Shorter silences are between any two reads. */
    private static final long SILENCE_NANOS = 100_000;

    static final long BIN_NANOS = 20_000_000;

    private final List<Silence> silences = new ArrayList<>();
    private final List<Long> bins = new ArrayList<>();
    private long beganNanos;
    private long lastNanos;
    private long bytes;

    /** Two reads with nothing between them. */
    record Silence(long fromNanos, long toNanos) {}

    /** The application reads its first bytes soon. */
    synchronized void begin(long nowNanos) {
        beganNanos = nowNanos;
        lastNanos = nowNanos;
    }

    synchronized void arrived(int count, long nowNanos) {
        if (nowNanos - lastNanos > SILENCE_NANOS) {
            silences.add(new Silence(lastNanos, nowNanos));
        }
        lastNanos = nowNanos;
        bytes += count;
        int bin = (int) ((nowNanos - beganNanos) / BIN_NANOS);
        while (bins.size() <= bin) {
            bins.add(0L);
        }
        bins.set(bin, bins.get(bin) + count);
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized long beganNanos() {
        return beganNanos;
    }

    synchronized long lastNanos() {
        return lastNanos;
    }

    /** The longest silence that touches a span of time; 0 when none was long enough to be noted. */
    synchronized long longestNanos(long fromNanos, long toNanos) {
        long longest = 0;
        for (int i = silences.size() - 1; i >= 0 && silences.get(i).toNanos() > fromNanos; i--) {
            Silence silence = silences.get(i);
            if (silence.fromNanos() < toNanos) {
                longest = Math.max(longest, silence.toNanos() - silence.fromNanos());
            }
        }
        // The one that has not ended yet counts as far as it has come.
        return lastNanos < toNanos ? Math.max(longest, toNanos - lastNanos) : longest;
    }

    /** Bytes in each bin of {@link #BIN_NANOS}, from the beginning. */
    synchronized List<Long> bins() {
        return List.copyOf(bins);
    }
}
