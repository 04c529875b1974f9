// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.RxPacket;

/**
 * A frame that has arrived, where the driver has put it: the driver can still change it, so what is to be checked has to be
 * copied first.
 */
public final class IncomingFrame {
    private final ReceiveBuffers buffers;
    private final Window pages;
    private final RxPacket packet;
    private int firstIndex;

    IncomingFrame(ReceiveBuffers buffers, RxPacket packet) {
        this.buffers = buffers;
        this.pages = buffers.window();
        this.packet = packet;
    }

    void begin(int index) {
        firstIndex = index;
    }

    /** At least 14. */
    public int bytes() {
        return packet.bytes();
    }

    /** The TCP or UDP checksum field holds that of the pseudo header alone; the frame has not left this host. */
    public boolean isChecksumBlank() {
        return packet.isChecksumBlank();
    }

    /** Somebody has checked the TCP or UDP checksum. */
    public boolean isDataValidated() {
        return packet.isDataValidated();
    }

    /** {@link NetifLayout#GSO_NONE}, or what of a larger TCP segment's kind this is. */
    public int gsoType() {
        return packet.gsoType();
    }

    public int gsoSize() {
        return packet.gsoSize();
    }

    private long offset(int fragment) {
        int slot = firstIndex + packet.slot(fragment) & buffers.count() - 1;
        return buffers.offset(slot) + packet.offset(fragment);
    }

    /** Adds all of the frame, to be written from where it is. */
    public void addTo(IoVector vector) {
        for (int fragment = 0; fragment < packet.fragmentCount(); fragment++) {
            vector.add(pages, offset(fragment), packet.bytes(fragment));
        }
    }

    /** Copies the first {@code bytes} of the frame, at most all. */
    public void copyTo(Window destination, long at, int bytes) {
        int left = Math.min(bytes, packet.bytes());
        long to = at;
        for (int fragment = 0; left > 0; fragment++) {
            int length = Math.min(left, packet.bytes(fragment));
            pages.copyTo(offset(fragment), destination, to, length);
            to += length;
            left -= length;
        }
    }
}
