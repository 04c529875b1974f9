// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.util.List;

/**
 * A {@code struct msghdr} with its one iovec, payload and control buffer, laid out by hand for x86-64 (cmsg(3)).
 *
 * <pre>
 *   0 name  8 namelen  16 iov  24 iovlen  32 control  40 controllen  48 flags      msghdr, 56 bytes
 *   56 base  64 length                                                             iovec
 *   72 length 80 level 84 type 88 descriptors...                                   cmsghdr
 * </pre>
 */
final class MessageHeader {
    private static final int FLAGS = 48;
    private static final int IOVEC = 56;
    private static final int CONTROL = 72;
    private static final int CMSG_HEADER_BYTES = 16;

    private final Scratch memory;
    private final Window window;
    private final int payloadOffset;
    private final int payloadBytes;
    private final int controlBytes;

    MessageHeader(int payloadBytes, int descriptors) {
        this.payloadBytes = payloadBytes;
        this.controlBytes = CMSG_HEADER_BYTES + 4 * descriptors;
        this.payloadOffset = CONTROL + controlBytes;
        this.memory = new Scratch(payloadOffset + payloadBytes);
        this.window = memory.window();
    }

    long address() {
        return memory.address();
    }

    /** Ready to receive as much as fits. */
    void clear() {
        frame(payloadBytes, controlBytes);
    }

    void fill(byte[] bytes, List<Descriptor> descriptors, int level, int type) {
        if (bytes.length > payloadBytes) {
            throw new IllegalArgumentException("message is too long: bytes=" + bytes.length);
        }
        int cmsgBytes = CMSG_HEADER_BYTES + 4 * descriptors.size();
        if (cmsgBytes > controlBytes) {
            throw new IllegalArgumentException("too many descriptors: count=" + descriptors.size());
        }
        frame(bytes.length, descriptors.isEmpty() ? 0 : cmsgBytes);
        window.put(payloadOffset, bytes, 0, bytes.length);
        window.putLong(CONTROL, cmsgBytes);
        window.putInt(CONTROL + 8, level);
        window.putInt(CONTROL + 12, type);
        for (int i = 0; i < descriptors.size(); i++) {
            window.putInt(
                    CONTROL + CMSG_HEADER_BYTES + 4L * i, descriptors.get(i).fd());
        }
    }

    private void frame(int bytes, int control) {
        window.fill(0, IOVEC, (byte) 0);
        window.putLong(16, memory.address() + IOVEC);
        window.putLong(24, 1);
        window.putLong(32, control == 0 ? 0 : memory.address() + CONTROL);
        window.putLong(40, control);
        window.putLong(IOVEC, memory.address() + payloadOffset);
        window.putLong(IOVEC + 8, bytes);
    }

    /** The descriptors of a received message; they are open in this process now. */
    int[] descriptors(int level, int type) {
        long control = window.getLong(40);
        if (control < CMSG_HEADER_BYTES || window.getInt(CONTROL + 8) != level || window.getInt(CONTROL + 12) != type) {
            return new int[0];
        }
        int[] fds = new int[(int) (window.getLong(CONTROL) - CMSG_HEADER_BYTES) / 4];
        for (int i = 0; i < fds.length; i++) {
            fds[i] = window.getInt(CONTROL + CMSG_HEADER_BYTES + 4L * i);
        }
        return fds;
    }

    /** Flags of a received message, MSG_CTRUNC among them. */
    int flags() {
        return window.getInt(FLAGS);
    }

    byte[] payload(int bytes) {
        byte[] payload = new byte[bytes];
        window.get(payloadOffset, payload, 0, bytes);
        return payload;
    }
}
