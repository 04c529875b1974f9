// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

/**
 * How long somebody has waited who looks again and again. Time in which he was kept from looking does not count: those he waits for
 * were kept from working just as well. One thread.
 */
final class AttendedTime {
    /** Between two looks no more than this counts. */
    private static final long LOOK_NANOS = 1_000_000;

    private long lookedNanos = System.nanoTime();
    private long nanos;

    /** A look: so much until now. */
    long nanos() {
        long now = System.nanoTime();
        nanos += Math.min(now - lookedNanos, LOOK_NANOS);
        lookedNanos = now;
        return nanos;
    }
}
