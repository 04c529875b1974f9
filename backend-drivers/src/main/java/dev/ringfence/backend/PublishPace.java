// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

/**
 * How many requests to carry out before their answers are published together. A publication moves cache lines between two
 * processors and waits for them, which for a request from the page cache costs as much as the rest of its journey.
 *
 * <p>Half of what waits, so that the front-end has answers to go on with while the driver does the other half; and never so
 * many that an answer lies about for long. Confined to the worker.
 */
final class PublishPace {
    private static final long HOLD_NANOS = 1_000L * Integer.getInteger("ringfence.holdMicros", 10);

    /** Of a request, lately; none is known to be quick before it was measured. */
    private long requestNanos = HOLD_NANOS;

    private long sinceNanos;

    /** How many of the requests available to take now; {@link #end} is to follow. */
    int begin(int available) {
        if (available < 2) {
            return available;
        }
        sinceNanos = System.nanoTime();
        return (int) Math.max(1, Math.min(available / 2, HOLD_NANOS / requestNanos));
    }

    /** So many were taken and published, of so many available. */
    void end(int taken, int available) {
        if (available >= 2 && taken > 0) {
            requestNanos = Math.max(1, (System.nanoTime() - sinceNanos) / taken);
        }
    }
}
