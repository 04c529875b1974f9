// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/** One extra info slot of either ring, read once. Reusable. What it holds depends on its type. */
public final class ExtraInfo {
    private int type;
    private int flags;
    /** The six bytes by type, the first one lowest. */
    private long content;

    public void decode(Window source, long at) {
        long word = source.getLong(at);
        type = (int) word & 0xff;
        flags = (int) (word >>> 8) & 0xff;
        content = word >>> 16;
    }

    /** Tells that the packet is to be cut into segments of {@code size} bytes of payload. */
    public static void encodeGso(Window destination, long at, int gsoType, int size, boolean more) {
        encode(destination, at, NetifLayout.EXTRA_GSO, more, size & 0xffff | (long) gsoType << 16);
    }

    /** @param address see {@link #address} */
    public static void encodeMulticast(Window destination, long at, boolean add, long address, boolean more) {
        int type = add ? NetifLayout.EXTRA_MCAST_ADD : NetifLayout.EXTRA_MCAST_DEL;
        encode(destination, at, type, more, Long.reverseBytes(address) >>> 16);
    }

    private static void encode(Window destination, long at, int type, boolean more, long content) {
        int flags = more ? NetifLayout.EXTRA_MORE : 0;
        destination.putLong(at, type | (long) flags << 8 | content << 16);
    }

    /** 0 to 255. */
    public int type() {
        return type;
    }

    /** Another extra info follows. */
    public boolean hasMore() {
        return (flags & NetifLayout.EXTRA_MORE) != 0;
    }

    public int gsoSize() {
        return (int) content & 0xffff;
    }

    public int gsoType() {
        return (int) (content >>> 16) & 0xff;
    }

    /** An Ethernet address, its first octet in bits 40 to 47. */
    public long address() {
        return Long.reverseBytes(content << 16) & 0xffff_ffff_ffffL;
    }
}
