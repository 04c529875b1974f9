// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/** One slot of the transmit ring, but for extra infos, in private memory. Reusable; every byte is read once. */
public final class TxRequest {
    private int gref;
    private int offset;
    private int flags;
    private int id;
    private int size;

    public void decode(Window source, long at) {
        long first = source.getLong(at);
        gref = (int) first;
        offset = (int) (first >>> 32) & 0xffff;
        flags = (int) (first >>> 48);
        int second = source.getInt(at + 8);
        id = second & 0xffff;
        size = second >>> 16;
    }

    /**
     * Writes a slot.
     *
     * @param offset where the data begins in its page
     * @param size of the whole packet in its first slot, of the fragment in the others
     */
    public static void encode(Window destination, long at, int gref, int offset, int flags, int id, int size) {
        destination.putLong(at, gref & 0xffffffffL | (offset & 0xffffL) << 32 | (long) flags << 48);
        destination.putInt(at + 8, id & 0xffff | size << 16);
    }

    public int gref() {
        return gref;
    }

    /** 0 to 65535, whatever the page has. */
    public int offset() {
        return offset;
    }

    public int flags() {
        return flags;
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** 0 to 65535. */
    public int id() {
        return id;
    }

    /** 0 to 65535. */
    public int size() {
        return size;
    }
}
