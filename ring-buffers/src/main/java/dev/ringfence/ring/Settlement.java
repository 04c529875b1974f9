// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

/**
 * What a predecessor left unfinished in one queue's journal.
 *
 * <p>The successor, in this order: stores {@code rsp_prod = rspCommitted} and rewrites no slot before it; writes the responses of
 * the {@link #answered} entries into their slots and commits them, without redoing their I/O; replays the {@link #unfinished}
 * ones one after the other. Reused from takeover to takeover; allocates nothing after construction.
 */
public final class Settlement {
    private final int[] answered;
    private final int[] unfinished;
    private int answeredCount;
    private int unfinishedCount;
    private int startedCount;
    private int ringSlots;
    private boolean oneByOne;

    public Settlement(int slots) {
        answered = new int[slots];
        unfinished = new int[slots];
    }

    /** DONE and not committed, in order of their response index. */
    public int answered(int n) {
        return answered[n];
    }

    public int answeredCount() {
        return answeredCount;
    }

    /** TAKEN or STARTED, in order of their sequence numbers. */
    public int unfinished(int n) {
        return unfinished[n];
    }

    public int unfinishedCount() {
        return unfinishedCount;
    }

    /** Of the unfinished ones, how many may have had an effect already. */
    public int startedCount() {
        return startedCount;
    }

    /** How many slots of the ring all these stand in. */
    int ringSlots() {
        return ringSlots;
    }

    /** True when only one request at a time may be under way in this process until all are replayed. */
    public boolean oneByOne() {
        return oneByOne;
    }

    /** To be said before the replay. */
    public void oneByOne(boolean alone) {
        oneByOne = alone;
    }

    void clear() {
        oneByOne = false;
        answeredCount = 0;
        unfinishedCount = 0;
        startedCount = 0;
        ringSlots = 0;
    }

    void add(int entry, int state, int slots) {
        ringSlots += slots;
        if (state == JournalLayout.DONE) {
            answered[answeredCount++] = entry;
        } else {
            unfinished[unfinishedCount++] = entry;
            startedCount += state == JournalLayout.STARTED ? 1 : 0;
        }
    }

    /** Insertion sorts: the tables are short, mostly in order, and nothing may be allocated here. */
    void sort(Journal journal) {
        for (int i = 1; i < answeredCount; i++) {
            int entry = answered[i];
            int at = i;
            // The indices of one settlement lie within one ring of each other, so their difference has a sign.
            while (at > 0 && journal.responseIndex(answered[at - 1]) - journal.responseIndex(entry) > 0) {
                answered[at] = answered[--at];
            }
            answered[at] = entry;
        }
        for (int i = 1; i < unfinishedCount; i++) {
            int entry = unfinished[i];
            int at = i;
            while (at > 0 && journal.sequence(unfinished[at - 1]) > journal.sequence(entry)) {
                unfinished[at] = unfinished[--at];
            }
            unfinished[at] = entry;
        }
    }
}
