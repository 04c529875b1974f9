// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

/**
 * What the holder of a lease says it spends its time on. The driver's own word: it may soften what the kernel says of the
 * thread, never replace it.
 */
public enum Activity {
    /** Takes, journals and answers requests: each takes microseconds. */
    SERVING,
    /** Inside the device, which may take its time. */
    DEVICE,
    /** Waits for another queue of the same device, whose request overlaps or which has not replayed yet. */
    WAITING;

    private static final Activity[] ALL = values();
    private static final int CALL_SHIFT = 2;
    private static final int MASK = (1 << CALL_SHIFT) - 1;
    static final int CALL = 1 << CALL_SHIFT;

    /** What {@link Journal#activity} says; nonsense counts as {@link #SERVING}, which excuses nothing. */
    public static Activity of(int word) {
        int kind = word & MASK;
        return kind < ALL.length ? ALL[kind] : SERVING;
    }

    /** How many device calls were begun between two such words, modulo 2^30. */
    public static int deviceCalls(int before, int after) {
        return (after >>> CALL_SHIFT) - (before >>> CALL_SHIFT) & -1 >>> CALL_SHIFT;
    }
}
