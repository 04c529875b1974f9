// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.grant.OwnershipTable;
import dev.ringfence.ring.Defect;

/**
 * The pages of its own that a queue reads frames into, to hand them over for others. The one that came last is filled first: it may
 * still be in a cache. Confined to the worker; allocates nothing.
 */
final class PagePool {
    private final int[] free;
    private final int[] taken;
    private int freeCount;
    private int takenCount;
    /** Of those to be filled next, what has been filled, and waits. */
    private int filled;

    /** @param taken pages that can be taken before an answer is committed, at most */
    PagePool(int pages, int taken) {
        this.free = new int[pages + taken];
        this.taken = new int[taken];
    }

    /** All that the table has for the queue are free. */
    void rebuild(OwnershipTable owners, int driver, int queue) {
        freeCount = 0;
        takenCount = 0;
        filled = 0;
        for (int frame = owners.frames() - 1; frame >= 0; frame--) {
            if (OwnershipTable.isOf(owners.word(frame), driver, queue)) {
                free[freeCount++] = frame;
            }
        }
    }

    /** The page that is filled as the n-th from now on, from 0. */
    int next(int n) {
        return free[freeCount - 1 - n];
    }

    /** So many are: they stay the next ones, whatever comes back. */
    void fill(int count) {
        filled = count;
    }

    /** The next one is to be the guest's. */
    int remove() {
        filled--;
        return free[--freeCount];
    }

    /** It was the guest's: to be filled once the answer it was taken for is committed. */
    void take(int frame) {
        if (Defect.FLIPPED_PAGE_FILLED_AT_ONCE.isOn()) {
            free[freeCount++] = frame;
        } else {
            taken[takenCount++] = frame;
        }
    }

    /** All answers are. */
    void committed() {
        System.arraycopy(free, freeCount - filled, free, freeCount - filled + takenCount, filled);
        System.arraycopy(taken, 0, free, freeCount - filled, takenCount);
        freeCount += takenCount;
        takenCount = 0;
    }
}
