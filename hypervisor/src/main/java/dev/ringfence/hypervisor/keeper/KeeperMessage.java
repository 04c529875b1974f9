// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.keeper;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What is said to a keeper and by it, one a packet: type (u8), length of the key (u16), key, note. Big-endian, text in
 * UTF-8; descriptors go beside it.
 */
record KeeperMessage(Type type, String key, String note) {
    private static final int HEADER_BYTES = 3;

    /** The order is the wire's. */
    enum Type {
        /** Keep this, instead of what has that key. No answer. */
        KEEP,
        /** Let go of what has that key. No answer. */
        DROP,
        /** Tell everything: answered by a KEEP for each, then {@link #DONE}. */
        LIST,
        /** Let go of everything and end. Answered by {@link #DONE}. */
        END,
        DONE
    }

    static KeeperMessage of(Type type) {
        return new KeeperMessage(type, "", "");
    }

    byte[] encode() {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        byte[] noteBytes = note.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEADER_BYTES + keyBytes.length + noteBytes.length)
                .put((byte) type.ordinal())
                .putShort((short) keyBytes.length)
                .put(keyBytes)
                .put(noteBytes)
                .array();
    }

    /** @throws IllegalArgumentException when it is none */
    static KeeperMessage decode(byte[] bytes) {
        if (bytes.length < HEADER_BYTES) {
            throw new IllegalArgumentException("too short: bytes=" + bytes.length);
        }
        int type = Byte.toUnsignedInt(bytes[0]);
        int keyBytes = Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(1));
        int noteAt = HEADER_BYTES + keyBytes;
        if (type >= Type.values().length || noteAt > bytes.length) {
            throw new IllegalArgumentException("makes no sense: type=" + type + " keyBytes=" + keyBytes);
        }
        String key = new String(bytes, HEADER_BYTES, keyBytes, StandardCharsets.UTF_8);
        String note = new String(bytes, noteAt, bytes.length - noteAt, StandardCharsets.UTF_8);
        return new KeeperMessage(Type.values()[type], key, note);
    }
}
