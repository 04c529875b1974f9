// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.FrameHistory;
import dev.ringfence.fault.TaggedFrame.Way;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.PacketVerdict;
import dev.ringfence.protocol.RxPacket;
import dev.ringfence.protocol.RxRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A guest's receive ring: which buffer an answer is about follows from its slot. One thread. */
final class LabReceiveRing extends GuestRing {
    private final RxPacket packet = new RxPacket();
    /** By the index of their request. */
    private final Map<Integer, Buffer> buffers = new HashMap<>();

    private int nextId;

    private record Buffer(int id, GuestPages.Page page) {}

    LabReceiveRing(Window region, int frame, int firstIndex, GuestPages pages, FrameHistory history) {
        super("receive", region, frame, NetifLayout.RX_REQUEST_BYTES, firstIndex, pages, history);
    }

    /** Posts buffers, not yet visible. */
    void post(int count) {
        for (int i = 0; i < count; i++) {
            Buffer buffer = new Buffer(nextId++ * 7 & 0xffff, pages.grant());
            buffers.put(ring.requestIndex(), buffer);
            RxRequest.encode(
                    ring.window(),
                    ring.requestOffset(),
                    buffer.id(),
                    buffer.page().ref());
            ring.advanceRequest();
        }
    }

    @Override
    void take(int available) {
        List<Buffer> filled = new ArrayList<>();
        packet.begin();
        while (packet.isOpen()) {
            if (filled.size() == available) {
                refuse(PacketVerdict.TRUNCATED + ": slots=" + available);
                return;
            }
            Buffer buffer = buffers.remove(ring.responseIndex());
            int id = ring.window().getShort(ring.responseOffset()) & 0xffff;
            int fragments = packet.fragmentCount();
            packet.add(ring.window(), ring.responseOffset());
            if (packet.fragmentCount() > fragments && id != buffer.id()) {
                refuse("slot " + ring.responseIndex() + " is answered with id=" + id + ", its buffer has "
                        + buffer.id());
                return;
            }
            ring.advanceResponse();
            filled.add(buffer);
        }
        if (packet.verdict().isViolation()) {
            refuse(packet.verdict().toString());
            return;
        }
        if (packet.verdict() == PacketVerdict.OK) {
            history.arrived(Way.IN, content(filled), segmentBytes(), packet.isChecksumBlank());
        } else {
            history.violation(Nature.ERROR, "a frame came as an error: " + packet.verdict());
        }
        filled.forEach(buffer -> pages.takeBack(buffer.page()));
    }

    private byte[] content(List<Buffer> filled) {
        byte[] content = new byte[packet.bytes()];
        int at = 0;
        for (int i = 0; i < packet.fragmentCount(); i++) {
            pages.read(filled.get(packet.slot(i)).page(), packet.offset(i), content, at, packet.bytes(i));
            at += packet.bytes(i);
        }
        return content;
    }

    private int segmentBytes() {
        return switch (packet.gsoType()) {
            case NetifLayout.GSO_NONE -> 0;
            case NetifLayout.GSO_TCPV4 -> packet.gsoSize();
            default -> -1;
        };
    }
}
