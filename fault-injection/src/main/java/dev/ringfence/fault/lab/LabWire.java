// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.FrameHistory;
import dev.ringfence.fault.TaggedFrame;
import dev.ringfence.fault.TaggedFrame.Way;
import dev.ringfence.memory.Arrival;
import dev.ringfence.memory.DatagramPair;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.VirtioNetHeader;
import java.util.List;

/**
 * The world outside of a switch. Its uplink is a pair of sockets instead of a TAP device: the same calls, and a frame is one
 * datagram; what the guest has not taken waits in its inbox. Both are the kernel's, and outlive the drivers. One thread.
 */
final class LabWire implements AutoCloseable {
    private static final int BYTES = 4 << 20;
    private static final int FRAME_MAX = 1 << 17;
    private static final int NEEDS_CHECKSUM = 1;
    private static final int TCPV4 = 1;

    private final FrameHistory history;
    private final DatagramPair uplink = DatagramPair.create(BYTES);
    private final DatagramPair inbox = DatagramPair.create(BYTES);
    private final Arrival unreadUplink = new Arrival(uplink.receiver());
    private final Arrival unreadInbox = new Arrival(inbox.receiver());
    private final PrivateMemory memory = new PrivateMemory(FRAME_MAX);
    private final Window frame = memory.window();
    private final IoVector vector = new IoVector(1);
    private final VirtioNetHeader header = new VirtioNetHeader();

    LabWire(FrameHistory history) {
        this.history = history;
    }

    /** What a driver process gets, in the order of {@link dev.ringfence.domain.SwitchOptions}; its own to close. */
    List<Descriptor> open() {
        return List.of(
                uplink.receiver().duplicate(),
                inbox.sender().duplicate(),
                inbox.receiver().duplicate());
    }

    /** Sends a frame to the guest. */
    void send(TaggedFrame sent) {
        byte[] content = sent.content();
        frame.fill(0, VirtioNetHeader.BYTES, (byte) 0);
        if (sent.checksumBlank()) {
            boolean cut = sent.segmentBytes() > 0;
            long sizes = cut ? (long) TaggedFrame.HEADERS << 16 | (long) sent.segmentBytes() << 32 : 0;
            frame.putLong(0, NEEDS_CHECKSUM | (cut ? TCPV4 : 0) << 8 | sizes | (long) TaggedFrame.TRANSPORT << 48);
            frame.putShort(8, (short) TaggedFrame.CHECKSUM_OFFSET);
        }
        frame.put(VirtioNetHeader.BYTES, content, 0, content.length);
        put(VirtioNetHeader.BYTES + content.length);
    }

    /** Sends what is no frame: whoever reads it has something to read. */
    void nudge() {
        put(1);
    }

    private void put(int bytes) {
        vector.clear();
        vector.add(frame, 0, bytes);
        long result = vector.send(uplink.sender());
        if (result != bytes) {
            throw new IllegalStateException("the wire takes no frame: bytes=" + bytes + " result=" + result);
        }
    }

    /** Takes what has come from the guest. */
    void poll() {
        while (true) {
            vector.clear();
            vector.add(frame, 0, FRAME_MAX);
            int length = (int) vector.receive(uplink.sender()) - VirtioNetHeader.BYTES;
            if (length < 0) {
                return;
            }
            byte[] content = new byte[length];
            frame.get(VirtioNetHeader.BYTES, content, 0, length);
            header.decode(frame, 0);
            boolean cut = header.gsoType() == NetifLayout.GSO_TCPV4;
            history.arrived(Way.OUT, content, segmentBytes(cut), isBlank(cut));
        }
    }

    private int segmentBytes(boolean cut) {
        if (cut) {
            return header.gsoSize();
        }
        return header.gsoType() == NetifLayout.GSO_NONE && header.gsoSize() == 0 ? 0 : -1;
    }

    /** A checksum that is to be completed somewhere else than where it is would be a hole in the frame. */
    private boolean isBlank(boolean cut) {
        int start = frame.getShort(6) & 0xffff;
        int offset = frame.getShort(8) & 0xffff;
        int headers = frame.getShort(2) & 0xffff;
        return header.isChecksumBlank()
                && start == TaggedFrame.TRANSPORT
                && offset == TaggedFrame.CHECKSUM_OFFSET
                && (!cut || headers == TaggedFrame.HEADERS);
    }

    /** Something waits at the uplink that no driver has read. */
    boolean isUnread() {
        return unreadUplink.isThere();
    }

    /** Something waits in the guest's inbox. */
    boolean isInboxFull() {
        return unreadInbox.isThere();
    }

    @Override
    public void close() {
        uplink.close();
        inbox.close();
    }
}
