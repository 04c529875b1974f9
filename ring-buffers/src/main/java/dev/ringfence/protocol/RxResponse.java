// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/** A filled buffer: one slot of the receive ring, but for extra infos, read once. Reusable. */
public final class RxResponse {
    private int id;
    private int offset;
    private int flags;
    private int status;

    public void decode(Window source, long at) {
        long word = source.getLong(at);
        id = (int) word & 0xffff;
        offset = (int) (word >>> 16) & 0xffff;
        flags = (int) (word >>> 32) & 0xffff;
        status = (int) (word >> 48);
    }

    /** @param status bytes in the buffer, at most a page; negative: {@link NetifLayout#ERROR} and its like */
    public static void encode(Window destination, long at, int id, int offset, int flags, int status) {
        destination.putLong(at, id & 0xffff | (offset & 0xffffL) << 16 | (flags & 0xffffL) << 32 | (long) status << 48);
    }

    public int id() {
        return id;
    }

    /** 0 to 65535, whatever the page has. */
    public int offset() {
        return offset;
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Bytes, or a negative error; at most 32767, whatever the page has. */
    public int status() {
        return status;
    }
}
