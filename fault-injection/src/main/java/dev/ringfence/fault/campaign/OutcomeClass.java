// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import java.util.Locale;

/**
 * What became of a driver with a fault in it; the union of the classes that published campaigns use (Nooks, MINIX 3, CuriOS,
 * Theseus). Each trial has exactly one: the last of these that holds.
 */
public enum OutcomeClass {
    /** The mutant is no valid class: it never ran. Out of every denominator. */
    STILLBORN(false, false),
    /** The faulty place was never reached. */
    NOT_ACTIVATED(false, false),
    /** It was reached, and made no difference. */
    MASKED(false, false),
    /** The driver stopped at once: an exception, an exit, a signal. */
    CRASH(true, true),
    /** It made no progress any more, and was killed for it. */
    HANG(true, true),
    /** It took more than its budget of memory, processor time, descriptors or threads, and was killed for it. */
    HOG(true, true),
    /** The front-end or the hypervisor caught it breaking the protocol. */
    PROTOCOL_VIOLATION(true, true),
    /** The guest was given an error, or its tags told it that what it read is not what it wrote. */
    DETECTED_DATA_ERROR(true, true),
    /** The guest was told that all is well, and it was not. */
    SILENT_CORRUPTION(true, false),
    /** Somebody else was harmed: the hypervisor, the guest, a sibling. */
    PROPAGATED(true, true);

    private final boolean failure;
    private final boolean detected;

    OutcomeClass(boolean failure, boolean detected) {
        this.failure = failure;
        this.detected = detected;
    }

    /** The fault made a difference to somebody. */
    public boolean isFailure() {
        return failure;
    }

    /** A failure that somebody noticed. */
    public boolean isDetected() {
        return detected;
    }

    /** The driver stopped, and nothing wrong came out of it before: what a restart is a cure for. */
    public boolean isFailStop() {
        return this == CRASH || this == HANG || this == HOG;
    }

    /** As ledgers and reports write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
