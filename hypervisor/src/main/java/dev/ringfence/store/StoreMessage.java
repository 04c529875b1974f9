// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One message of the XenStore wire protocol (xs_wire.h).
 *
 * <pre>
 *   offset  0      4         8       12      16
 *          +------+---------+-------+-------+--------------- - -
 *          | type | request | trans | len   | payload, len bytes
 *          +------+---------+-------+-------+--------------- - -
 *           four unsigned 32-bit numbers, little-endian on every host this runs on
 * </pre>
 *
 * Text in a payload is kept byte for byte: it is read and written as ISO 8859-1.
 */
record StoreMessage(int type, int requestId, int transactionId, byte[] payload) {
    static final int HEADER_BYTES = 16;
    static final int LENGTH_OFFSET = 12;
    static final int PAYLOAD_BYTES_MAX = 4096;

    private static final byte[] NUL = {0};

    StoreMessage {
        if (payload.length > PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException("payload must not exceed 4096 bytes: length=" + payload.length);
        }
    }

    static StoreMessage of(StoreMessageType type, int requestId, int transactionId, byte[] payload) {
        return new StoreMessage(type.value(), requestId, transactionId, payload);
    }

    static StoreMessage event(String path, String token) {
        return of(StoreMessageType.WATCH_EVENT, 0, 0, strings(path, token));
    }

    /** An answer carries the type and the ids of its request. */
    StoreMessage reply(byte[] answer) {
        return new StoreMessage(type, requestId, transactionId, answer);
    }

    StoreMessage error(StoreError error) {
        return of(StoreMessageType.ERROR, requestId, transactionId, strings(error.name()));
    }

    boolean is(StoreMessageType other) {
        return type == other.value();
    }

    byte[] packet() {
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt(requestId)
                .putInt(transactionId)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    /** The message in a whole packet; empty if its length and the one it states differ or exceed the limit. */
    static Optional<StoreMessage> parse(byte[] packet) {
        if (packet.length < HEADER_BYTES || packet.length > HEADER_BYTES + PAYLOAD_BYTES_MAX) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN);
        int type = buffer.getInt();
        int requestId = buffer.getInt();
        int transactionId = buffer.getInt();
        if (buffer.getInt() != buffer.remaining()) {
            return Optional.empty();
        }
        byte[] payload = new byte[buffer.remaining()];
        buffer.get(payload);
        return Optional.of(new StoreMessage(type, requestId, transactionId, payload));
    }

    /** The strings of the payload that end in a NUL; bytes after the last NUL belong to none. */
    List<String> strings() {
        return splitStrings(payload);
    }

    static List<String> splitStrings(byte[] payload) {
        List<String> strings = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < payload.length; at++) {
            if (payload[at] == 0) {
                strings.add(text(payload, start, at - start));
                start = at + 1;
            }
        }
        return strings;
    }

    boolean endsInNul() {
        return payload.length > 0 && payload[payload.length - 1] == 0;
    }

    /** The payload as one text, without a NUL at its end. */
    String text() {
        return text(payload, 0, endsInNul() ? payload.length - 1 : payload.length);
    }

    /** Each string followed by a NUL. */
    static byte[] strings(String... strings) {
        return strings(List.of(strings));
    }

    static byte[] strings(List<String> strings) {
        byte[][] parts = new byte[strings.size() * 2][];
        for (int i = 0; i < strings.size(); i++) {
            parts[2 * i] = bytes(strings.get(i));
            parts[2 * i + 1] = NUL;
        }
        return joined(parts);
    }

    static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }
}
