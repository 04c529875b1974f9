// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit on the frames of one port that a switch has to copy for everybody: a token bucket, kept as the time until which what was let
 * through is paid for. Private memory: a takeover grants one burst more. Any thread; no locks, no allocation.
 */
final class StormGuard {
    /** So much may go at once after a pause, of time's worth or of frames, whichever is more. */
    static final long BURST_NANOS = 100_000_000;

    static final int BURST_FRAMES = 16;
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private final long frameNanos;
    private final long burstNanos;
    private final AtomicLong paidUntilNanos;

    /** @param framesPerSecond 1 at least */
    StormGuard(int framesPerSecond, long nowNanos) {
        if (framesPerSecond < 1) {
            throw new IllegalArgumentException("must let something through: framesPerSecond=" + framesPerSecond);
        }
        frameNanos = NANOS_A_SECOND / framesPerSecond;
        burstNanos = Math.max(BURST_NANOS, BURST_FRAMES * frameNanos);
        paidUntilNanos = new AtomicLong(nowNanos);
    }

    /** Whether another frame may be copied for everybody; if so it is paid for. */
    boolean admits(long nowNanos) {
        long before;
        long debt;
        do {
            before = paidUntilNanos.get();
            debt = Math.max(0, before - nowNanos) + frameNanos;
            if (debt > burstNanos) {
                return false;
            }
        } while (!paidUntilNanos.compareAndSet(before, nowNanos + debt));
        return true;
    }
}
