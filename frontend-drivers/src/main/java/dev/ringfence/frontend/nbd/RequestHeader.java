// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The head of a request, reused for every request of a connection.
 *
 * <pre>
 *   0       4       6       8               16              24      28
 *   | magic | flags | type  |    cookie     |    offset     | length|
 * </pre>
 */
final class RequestHeader {
    int magic;
    int flags;
    int type;
    long cookie;
    long offset; // unsigned
    long length;

    private final ByteBuf split = Unpooled.buffer(Nbd.REQUEST_BYTES, Nbd.REQUEST_BYTES);

    /** True when a head is complete; false when {@code in} is used up and the rest is still to come. */
    boolean read(ByteBuf in) {
        if (!split.isReadable() && in.readableBytes() >= Nbd.REQUEST_BYTES) {
            decode(in);
            return true;
        }
        split.writeBytes(in, Math.min(in.readableBytes(), split.writableBytes()));
        if (split.isWritable()) {
            return false;
        }
        decode(split);
        split.clear();
        return true;
    }

    private void decode(ByteBuf in) {
        magic = in.readInt();
        flags = in.readUnsignedShort();
        type = in.readUnsignedShort();
        cookie = in.readLong();
        offset = in.readLong();
        length = in.readUnsignedInt();
    }
}
