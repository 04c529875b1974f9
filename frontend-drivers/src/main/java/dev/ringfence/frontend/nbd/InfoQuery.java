// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The data of an INFO or GO: an export's name, and which kinds of information are wanted. */
record InfoQuery(String name, boolean asksForName) {
    /** Null when the lengths in it contradict each other. */
    static InfoQuery parse(ByteBuf data) {
        if (data.readableBytes() < 6) {
            return null;
        }
        long nameBytes = data.readUnsignedInt();
        if (nameBytes > data.readableBytes() - 2 || nameBytes > Nbd.MAX_STRING_BYTES) {
            return null;
        }
        String name =
                data.readCharSequence((int) nameBytes, StandardCharsets.UTF_8).toString();
        int count = data.readUnsignedShort();
        if (data.readableBytes() != 2 * count) {
            return null;
        }
        boolean asksForName = false;
        while (data.isReadable()) {
            asksForName |= data.readUnsignedShort() == Nbd.INFO_NAME;
        }
        return new InfoQuery(name, asksForName);
    }
}
