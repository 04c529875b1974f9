// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

/** What a loaded queue counts; {@link LoadMemory} has one of each a queue. */
enum Counter {
    OPERATIONS,
    /** Answers that were not OKAY. */
    ERRORS,
    /** Acknowledged and not there, or never answered. */
    LOST,
    /** Done again later, or answered again. */
    DOUBLED,
    /** Reads that returned what had been replaced. */
    STALE,
    /** Reads that returned what nobody wrote there. */
    GARBLED,
    /** Gaps between completions longer than {@link LoadMemory#LONG_GAP_NANOS}. */
    LONG_GAPS,
    LONG_GAP_NANOS,
    /** 1 while requests are under way, 2 when the queue's thread has given up. */
    STATE;

    static final int IDLE = 0;
    static final int BUSY = 1;
    static final int FAILED = 2;
}
