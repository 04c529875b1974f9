// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

/**
 * The requests in flight, in the order of their submission: what a front-end needs to survive any back-end.
 *
 * <p>An id is the slot in the low 16 bits and a number that no earlier request had above them, so a late or repeated
 * answer never passes for that of a newer request in the same slot.
 */
final class Shadow {
    private static final int SLOT_BITS = 16;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    /** Never a valid id: numbers begin at 1. */
    private static final long FREE = 0;

    private final Submission[] slots;
    private final int[] freeSlots;
    private int freeCount;
    private long lastNumber;
    private Submission oldest;
    private Submission youngest;

    Shadow(int slotCount) {
        if (slotCount > SLOT_MASK) {
            throw new IllegalArgumentException("slotCount=" + slotCount);
        }
        slots = new Submission[slotCount];
        freeSlots = new int[slotCount];
        for (int slot = slotCount - 1; slot >= 0; slot--) {
            slots[slot] = new Submission(slot);
            freeSlots[freeCount++] = slot;
        }
    }

    int inFlight() {
        return slots.length - freeCount;
    }

    /** A free slot with a new id, youngest of all; or null. */
    Submission begin() {
        if (freeCount == 0) {
            return null;
        }
        Submission submission = slots[freeSlots[--freeCount]];
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

    /** Gives a submission a new id, so that answers to the old one don't count any more. */
    void renumber(Submission submission) {
        submission.id = ++lastNumber << SLOT_BITS | submission.slot;
    }

    /** The submission in flight under this id, which a back-end made up for all we know; or null. */
    Submission find(long id) {
        int slot = (int) id & SLOT_MASK;
        return id != FREE && slot < slots.length && slots[slot].id == id ? slots[slot] : null;
    }

    void end(Submission submission) {
        if (submission.older == null) {
            oldest = submission.younger;
        } else {
            submission.older.younger = submission.younger;
        }
        if (submission.younger == null) {
            youngest = submission.older;
        } else {
            submission.younger.older = submission.older;
        }
        submission.id = FREE;
        submission.forget();
        freeSlots[freeCount++] = submission.slot;
    }

    /** The oldest submission, or null; {@link Submission#younger} leads on. */
    Submission oldest() {
        return oldest;
    }
}
