// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * How often each ref is pinned by this process, and a lock for each ref around count and shared bits: the last unpin of
 * one thread must not clear the bits that the first pin of another has just set.
 *
 * <pre>
 *   bit  31    30    29                28                27..14    13..0
 *        lock  -     kept for writing  kept for reading  writers   readers
 * </pre>
 */
final class PinCounts {
    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(int[].class);

    private static final int READER = 1;
    private static final int WRITER = 1 << 14;
    private static final int READERS = WRITER - 1;
    private static final int WRITERS = READERS << 14;
    private static final int KEPT_FOR_READING = 1 << 28;
    private static final int KEPT_FOR_WRITING = 1 << 29;
    private static final int LOCK = 1 << 31;
    private static final int SPINS = 100;

    private final int[] counts;

    PinCounts(int refs) {
        counts = new int[refs];
    }

    /** Returns the counts as they are; {@link #unlock} stores the new ones. Held for a few memory accesses only. */
    int lock(int ref) {
        for (int spins = 0; ; spins++) {
            int value = (int) COUNTS.getOpaque(counts, ref);
            if (value >= 0 && COUNTS.compareAndSet(counts, ref, value, value | LOCK)) {
                return value;
            }
            if (spins % SPINS == SPINS - 1) {
                // The holder may have lost its processor.
                LockSupport.parkNanos(1);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    void unlock(int ref, int value) {
        COUNTS.setRelease(counts, ref, value);
    }

    /** Whether anything is, or was being, pinned. */
    boolean isCounted(int ref) {
        return counts[ref] != 0;
    }

    boolean isPersistent(int ref, boolean write) {
        int value = (int) COUNTS.getAcquire(counts, ref);
        return (value & (write ? KEPT_FOR_WRITING : KEPT_FOR_READING | KEPT_FOR_WRITING)) != 0;
    }

    static boolean isFull(int value) {
        return (value & READERS) == READERS || (value & WRITERS) == WRITERS;
    }

    static int add(int value, boolean write) {
        return value + (write ? WRITER : READER);
    }

    static int remove(int value, boolean write) {
        return value - (write ? WRITER : READER);
    }

    static int persist(int value, boolean write) {
        return value | (write ? KEPT_FOR_WRITING : KEPT_FOR_READING);
    }

    /** Whether an {@link #add} of this kind is left to {@link #remove}. */
    static boolean isPinned(int value, boolean write) {
        return (value & (write ? WRITERS : READERS)) != 0;
    }

    /** Whether anything counted or kept here reads, or writes, the page. */
    static boolean has(int value, boolean write) {
        return (value & (write ? WRITERS | KEPT_FOR_WRITING : READERS | KEPT_FOR_READING)) != 0;
    }
}
