// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The requests in flight, in the order of their submission: what a front-end needs to survive any back-end.
 *
 * <p>An id is the slot in the low 16 bits and a number that no earlier request had above them, so a late or repeated
 * answer never passes for that of a newer request in the same slot.
 */
final class Shadow<S extends Submission> {
    private static final int SLOT_BITS = 16;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    /** Never a valid id: numbers begin at 1. */
    private static final long FREE = 0;

    private final List<S> slots;
    private final int[] freeSlots;
    private int freeCount;
    private long lastNumber;
    private S oldest;
    private S youngest;

    Shadow(int slotCount, IntFunction<S> submissions) {
        if (slotCount > SLOT_MASK) {
            throw new IllegalArgumentException("slotCount=" + slotCount);
        }
        slots = new ArrayList<>(slotCount);
        freeSlots = new int[slotCount];
        for (int slot = 0; slot < slotCount; slot++) {
            slots.add(submissions.apply(slot));
            freeSlots[slotCount - 1 - slot] = slot;
        }
        freeCount = slotCount;
    }

    int inFlight() {
        return slots.size() - freeCount;
    }

    /** A free slot with a new id, youngest of all; or null. */
    S begin() {
        if (freeCount == 0) {
            return null;
        }
        S submission = slots.get(freeSlots[--freeCount]);
        renumber(submission);
        submission.older = youngest;
        submission.younger = null;
        if (youngest == null) {
            oldest = submission;
        } else {
            youngest.younger = submission;
        }
        youngest = submission;
        return submission;
    }

    /** Gives a submission that is to be sent a new id, so that answers to the old one don't count any more. */
    void renumber(S submission) {
        submission.held = false;
        submission.id = ++lastNumber << SLOT_BITS | submission.slot();
    }

    /** The submission in flight under this id, which a back-end made up for all we know; or null. */
    S find(long id) {
        int slot = (int) id & SLOT_MASK;
        if (id == FREE || slot >= slots.size()) {
            return null;
        }
        S submission = slots.get(slot);
        return submission.id == id ? submission : null;
    }

    void end(S submission) {
        if (submission.older == null) {
            oldest = younger(submission);
        } else {
            submission.older.younger = submission.younger;
        }
        if (submission.younger == null) {
            youngest = older(submission);
        } else {
            submission.younger.older = submission.older;
        }
        submission.id = FREE;
        submission.refused = false;
        submission.held = false;
        submission.completion = null;
        submission.forget();
        freeSlots[freeCount++] = submission.slot();
    }

    /** The oldest submission, or null; {@link #younger} leads on. */
    S oldest() {
        return oldest;
    }

    /** The one that was submitted after this one, or null. */
    S younger(S submission) {
        return submission.younger == null ? null : slots.get(submission.younger.slot());
    }

    private S older(S submission) {
        return submission.older == null ? null : slots.get(submission.older.slot());
    }
}
