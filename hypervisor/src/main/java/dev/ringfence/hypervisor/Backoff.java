// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import java.time.Duration;

/**
 * How long to wait before the next try of something that keeps failing: doubling up to 5 s, from the beginning again after a
 * quiet time. Confined to one thread.
 */
final class Backoff {
    private static final long MOST_MILLIS = 5_000;
    private static final long QUIET_NANOS = 30_000_000_000L;

    private final long firstMillis;
    private long nextMillis;
    private long lastNanos;

    Backoff(Duration first) {
        this.firstMillis = first.toMillis();
        this.nextMillis = firstMillis;
    }

    /** @param nowNanos System.nanoTime() */
    long nextMillis(long nowNanos) {
        if (nowNanos - lastNanos > QUIET_NANOS) {
            reset();
        }
        lastNanos = nowNanos;
        long now = nextMillis;
        nextMillis = Math.max(firstMillis, Math.min(now * 2, MOST_MILLIS));
        return now;
    }

    void reset() {
        nextMillis = firstMillis;
    }
}
