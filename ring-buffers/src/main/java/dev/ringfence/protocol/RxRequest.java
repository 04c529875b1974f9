// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/** A buffer that a front-end has posted: one slot of the receive ring, read once. Reusable. */
public final class RxRequest {
    private int id;
    private int gref;

    public void decode(Window source, long at) {
        long word = source.getLong(at);
        id = (int) word & 0xffff;
        gref = (int) (word >>> 32);
    }

    public static void encode(Window destination, long at, int id, int gref) {
        destination.putLong(at, id & 0xffff | (long) gref << 32);
    }

    public int id() {
        return id;
    }

    public int gref() {
        return gref;
    }
}
