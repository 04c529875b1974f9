// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

/** How soon to look again. */
enum Urgency {
    /** Nothing is outstanding. */
    IDLE(20_000_000),
    /** Drivers are at work. */
    BUSY(2_000_000),
    /** One of them may hang. */
    SUSPICIOUS(1_000_000);

    private final long periodNanos;

    Urgency(long periodNanos) {
        this.periodNanos = periodNanos;
    }

    long periodNanos() {
        return periodNanos;
    }

    Urgency or(Urgency other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
