// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.ExtraInfo;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.RxRequest;
import dev.ringfence.protocol.RxResponse;
import dev.ringfence.protocol.TxPacket;
import dev.ringfence.protocol.TxResponse;
import dev.ringfence.ring.BackRing;
import dev.ringfence.ring.FrontRing;

/** A pair of queues and a back-end for it, in one process. Correct unless told otherwise. */
final class ScriptedNetDriver implements AutoCloseable {
    static final int DOMID = 7;

    final SharedMemory memory;
    final QueueMemory pages;
    final TransmitQueue transmit;
    final ReceiveQueue receive;
    final TxPacket packet = new TxPacket();
    private final GrantMap grants;
    private final Window copy;
    private BackRing transmitRing;
    private BackRing receiveRing;
    private final RxRequest buffer = new RxRequest();
    private int nextTransmitResponse;
    private int nextReceiveResponse;

    /** @param firstIndex where the indices of both rings begin */
    ScriptedNetDriver(int firstIndex) {
        RegionLayout layout = RegionLayout.forGuestFrames(2 + 256 + 128 * OutgoingFrame.PAGES);
        memory = SharedMemory.create("test-net", layout.bytes() + 4096);
        Window region = memory.window(0, layout.bytes());
        copy = memory.window(layout.bytes(), 4096);
        pages = new QueueMemory(region, new GrantTable(region), DOMID, 1, 0, false);
        grants = new GrantMap(region, DOMID);
        FrontRing out = pages.transmitRing();
        FrontRing in = pages.receiveRing();
        out.initialise(firstIndex);
        in.initialise(firstIndex);
        transmit = new TransmitQueue("test", out, pages.frames(), ringer(), listener());
        receive = new ReceiveQueue("test", in, pages.buffers(), ringer(), listener());
        attach(firstIndex);
        receive.publish();
    }

    /** Begins as a back-end that knows nothing of what was before. */
    void attach(int index) {
        transmitRing = new BackRing(ring(pages.transmitRef()), NetifLayout.TX_REQUEST_BYTES, index, index);
        receiveRing = new BackRing(ring(pages.receiveRef()), NetifLayout.RX_REQUEST_BYTES, index, index);
        nextTransmitResponse = index;
        nextReceiveResponse = index;
    }

    private Window ring(int gref) {
        return RegionLayout.frames(grants.region(), grants.pinPersistently(gref, true), 1);
    }

    private static Doorbell.Ringer ringer() {
        return new Doorbell.Ringer(one(true));
    }

    private static Doorbell.Listener listener() {
        return new Doorbell.Listener(one(false));
    }

    private static Descriptor one(boolean ringer) {
        Doorbell.Pair pair = Doorbell.create();
        (ringer ? pair.listener() : pair.ringer()).close();
        return ringer ? pair.ringer() : pair.listener();
    }

    int published() {
        return transmitRing.requestsAvailable();
    }

    /** Takes the next packet's slots into {@link #packet}; the packet's bytes, or null when there is none. */
    byte[] take() {
        if (transmitRing.requestsAvailable() <= 0) {
            return null;
        }
        takeSlots();
        byte[] bytes = new byte[packet.bytes()];
        int at = 0;
        for (int i = 0; i < packet.fragmentCount(); i++) {
            int frame = grants.pinPersistently(packet.gref(i), false);
            if (frame < 0) {
                throw new AssertionError("status " + frame);
            }
            grants.region().get(RegionLayout.offset(frame) + packet.offset(i), bytes, at, packet.bytes(i));
            at += packet.bytes(i);
        }
        return bytes;
    }

    private void takeSlots() {
        packet.begin();
        while (packet.isOpen()) {
            if (transmitRing.requestsAvailable() <= 0) {
                throw new AssertionError("packet is cut off");
            }
            Window ring = transmitRing.window();
            ring.copyTo(transmitRing.requestOffset(transmitRing.nextRequest()), copy, 0, NetifLayout.TX_REQUEST_BYTES);
            packet.add(copy, 0);
            transmitRing.advanceRequest();
        }
        if (packet.verdict().isViolation()) {
            throw new AssertionError("front-end broke the protocol: " + packet.verdict());
        }
    }

    /** Takes and answers a packet without looking at its bytes. */
    void answerUnseen() {
        takeSlots();
        answer(NetifLayout.OKAY);
    }

    /** Answers the packet last taken. */
    void answer(int status) {
        for (int slot = 0; slot < packet.slots(); slot++) {
            if (packet.isExtra(slot)) {
                answer(0xffff, NetifLayout.NULL);
            } else {
                answer(packet.id(slot), status);
            }
        }
    }

    /** Answers one slot with whatever. */
    void answer(int id, int status) {
        TxResponse.encode(transmitRing.window(), transmitRing.responseOffset(nextTransmitResponse++), id, status);
        transmitRing.publishResponses(nextTransmitResponse);
    }

    /** Takes the next posted buffer; its grant reference, or -1 when there is none. */
    int post() {
        if (receiveRing.requestsAvailable() <= 0) {
            return -1;
        }
        buffer.decode(receiveRing.window(), receiveRing.requestOffset(receiveRing.nextRequest()));
        receiveRing.advanceRequest();
        return buffer.gref();
    }

    /** Puts a piece of a frame into the next posted buffer. */
    void fill(byte[] frame, int from, int length, int offset, int flags) {
        int granted = grants.pinPersistently(post(), true);
        if (granted < 0) {
            throw new AssertionError("status " + granted);
        }
        grants.region().put(RegionLayout.offset(granted) + offset, frame, from, length);
        respond(offset, flags, length);
    }

    void respond(int offset, int flags, int status) {
        long at = receiveRing.responseOffset(nextReceiveResponse++);
        RxResponse.encode(receiveRing.window(), at, buffer.id(), offset, flags, status);
    }

    /** Burns a buffer for an extra info. */
    void gso(int type, int size) {
        post();
        long at = receiveRing.responseOffset(nextReceiveResponse++);
        ExtraInfo.encodeGso(receiveRing.window(), at, type, size, false);
    }

    /** Shows what was put; whether the front-end is to be told. */
    boolean publish() {
        return receiveRing.publishResponses(nextReceiveResponse);
    }

    /** Claims more responses than there were requests. */
    static void overrun(Window ring, int index) {
        ring.putIntRelease(8, index);
    }

    Window transmitWindow() {
        return transmitRing.window();
    }

    Window receiveWindow() {
        return receiveRing.window();
    }

    @Override
    public void close() {
        memory.close();
    }
}
