// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;

/** A frame to be sent, in pages granted to the driver. To be filled between {@link TransmitQueue#begin} and send. */
public final class OutgoingFrame {
    /** Pages of a frame: as many as the largest takes. */
    static final int PAGES = 16;

    private final int number;
    private final Window data;
    private int bytes;
    private boolean checksumBlank;
    private int gsoType;
    private int gsoSize;

    /** Slots not answered yet; 0: the frame is not in the ring. */
    int unanswered;
    /** When it was sent, counted in frames. */
    long sequence;

    boolean begun;
    boolean failed;

    OutgoingFrame(int number, Window data) {
        this.number = number;
        this.data = data;
    }

    int number() {
        return number;
    }

    /** Where the frame goes: Ethernet header first, no checksum behind. Shared with the driver from its sending on. */
    public Window data() {
        return data;
    }

    /** A whole frame of so many bytes, which is sent as it is. */
    public OutgoingFrame plain(int bytes) {
        return describe(bytes, false, NetifLayout.GSO_NONE, 0);
    }

    /** The same, but that its TCP or UDP checksum field holds that of the pseudo header alone. */
    public OutgoingFrame checksumBlank(int bytes) {
        return describe(bytes, true, NetifLayout.GSO_NONE, 0);
    }

    /**
     * A TCP segment that is to be cut, its checksum blank.
     *
     * @param type {@link NetifLayout#GSO_TCPV4} or {@link NetifLayout#GSO_TCPV6}
     * @param segmentBytes of payload in each piece
     */
    public OutgoingFrame segments(int bytes, int type, int segmentBytes) {
        if (type != NetifLayout.GSO_TCPV4 && type != NetifLayout.GSO_TCPV6
                || segmentBytes < 1
                || segmentBytes > 0xffff) {
            throw new IllegalArgumentException("gsoType=" + type + " segmentBytes=" + segmentBytes);
        }
        return describe(bytes, true, type, segmentBytes);
    }

    private OutgoingFrame describe(int length, boolean blank, int type, int segmentBytes) {
        if (length < NetifLayout.MIN_PACKET_BYTES || length > NetifLayout.MAX_TX_BYTES) {
            throw new IllegalArgumentException("a frame has 14 to 65535 bytes: bytes=" + length);
        }
        bytes = length;
        checksumBlank = blank;
        gsoType = type;
        gsoSize = segmentBytes;
        return this;
    }

    int bytes() {
        return bytes;
    }

    boolean isChecksumBlank() {
        return checksumBlank;
    }

    int gsoType() {
        return gsoType;
    }

    int gsoSize() {
        return gsoSize;
    }

    int pages() {
        return (bytes + SharedMemory.PAGE_BYTES - 1) / SharedMemory.PAGE_BYTES;
    }

    /** Slots of the ring: a page each, and one for what is to be cut. */
    int slots() {
        return pages() + (gsoType == NetifLayout.GSO_NONE ? 0 : 1);
    }
}
