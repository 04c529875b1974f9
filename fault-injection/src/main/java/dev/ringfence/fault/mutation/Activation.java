// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import java.nio.ByteBuffer;

/** How often the changed place of a mutant was reached. */
public final class Activation {
    static final String OWNER = "dev/ringfence/fault/mutation/Activation";

    private record Counter(ByteBuffer memory, int offset) {}

    private static volatile Counter counter;

    private Activation() {}

    /** Mutants call this just before the changed place. Allocates nothing; hits of several threads at once may count as one. */
    public static void hit() {
        Counter current = counter;
        if (current != null) {
            current.memory.putInt(current.offset, current.memory.getInt(current.offset) + 1);
        }
    }

    /**
     * Hits are counted at this place from now on, on top of what stands there. Nothing is counted before the first call.
     *
     * @param memory shared, so that the count outlives the process; the count has the buffer's byte order
     * @param offset of an int
     */
    public static void countIn(ByteBuffer memory, int offset) {
        counter = new Counter(memory, offset);
    }
}
