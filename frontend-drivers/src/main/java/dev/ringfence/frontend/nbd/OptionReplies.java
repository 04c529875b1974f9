// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** Encodes what the server says in the handshake: here, the replies to one option. */
final class OptionReplies {
    private static final int RESERVED_BYTES = 124;

    private final ByteBuf out;
    private final int option;
    private boolean acknowledged;

    OptionReplies(ByteBufAllocator alloc, int option) {
        this.out = alloc.buffer();
        this.option = option;
    }

    static ByteBuf greeting(ByteBufAllocator alloc, int handshakeFlags) {
        return alloc.buffer(18)
                .writeLong(Nbd.INIT_PASSWD)
                .writeLong(Nbd.IHAVEOPT)
                .writeShort(handshakeFlags);
    }

    /** The answer to EXPORT_NAME has a form of its own. */
    static ByteBuf exportName(ByteBufAllocator alloc, NbdExport export, boolean noZeroes) {
        return alloc.buffer()
                .writeLong(export.disk().bytes())
                .writeShort(export.transmissionFlags())
                .writeZero(noZeroes ? 0 : RESERVED_BYTES);
    }

    void ack() {
        head(Nbd.REP_ACK, 0);
        acknowledged = true;
    }

    void error(int type, String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        head(type, text.length).writeBytes(text);
    }

    void server(String exportName) {
        int bytes = ByteBufUtil.utf8Bytes(exportName);
        head(Nbd.REP_SERVER, 4 + bytes).writeInt(bytes).writeCharSequence(exportName, StandardCharsets.UTF_8);
    }

    void export(NbdExport export) {
        head(Nbd.REP_INFO, 12)
                .writeShort(Nbd.INFO_EXPORT)
                .writeLong(export.disk().bytes())
                .writeShort(export.transmissionFlags());
    }

    void name(String exportName) {
        head(Nbd.REP_INFO, 2 + ByteBufUtil.utf8Bytes(exportName))
                .writeShort(Nbd.INFO_NAME)
                .writeCharSequence(exportName, StandardCharsets.UTF_8);
    }

    void blockSize(NbdExport export) {
        head(Nbd.REP_INFO, 14)
                .writeShort(Nbd.INFO_BLOCK_SIZE)
                .writeInt(export.disk().sectorBytes())
                .writeInt(export.preferredBlockBytes())
                .writeInt(Nbd.MAX_PAYLOAD_BYTES);
    }

    void metaContext(int id, String name) {
        head(Nbd.REP_META_CONTEXT, 4 + name.length()).writeInt(id).writeCharSequence(name, StandardCharsets.UTF_8);
    }

    private ByteBuf head(int type, int dataBytes) {
        return out.writeLong(Nbd.OPTION_REPLY_MAGIC)
                .writeInt(option)
                .writeInt(type)
                .writeInt(dataBytes);
    }

    boolean acknowledged() {
        return acknowledged;
    }

    ByteBuf encoded() {
        return out;
    }
}
