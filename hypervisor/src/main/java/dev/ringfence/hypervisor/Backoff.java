// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

/** How long to wait before the next try of something that keeps failing: doubling from 10 ms to 5 s. */
final class Backoff {
    private static final long FIRST_MILLIS = 10;
    private static final long MOST_MILLIS = 5_000;

    private long next = FIRST_MILLIS;

    synchronized long nextMillis() {
        long now = next;
        next = Math.min(next * 2, MOST_MILLIS);
        return now;
    }

    synchronized void reset() {
        next = FIRST_MILLIS;
    }
}
