// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import dev.ringfence.memory.Doorbell;
import dev.ringfence.protocol.PacketVerdict;
import dev.ringfence.protocol.RxPacket;
import dev.ringfence.protocol.RxRequest;
import dev.ringfence.ring.FrontRing;

/**
 * Frames on their way in. For one thread at a time; allocates nothing.
 *
 * <p>Every slot of the ring has a buffer, a page: a response stands in the slot of the request it answers, so the slot says which
 * buffer it is about, and the ids are for show. A buffer is posted again as soon as its frame has been taken. Where pages are
 * flipped, the page of a slot is another after each answer.
 *
 * <p>No answer is believed: one that a correct back-end would not give breaks the queue, and nothing arrives any more.
 */
public final class ReceiveQueue extends NetQueue {
    private final ReceiveBuffers buffers;
    private final RxPacket packet = new RxPacket();
    private final IncomingFrame frame;
    private long receivedFrames;
    private long receivedBytes;
    private long droppedFrames;

    /**
     * @param ring initialised, with no more than that in it
     * @param buffers as many as the ring has slots
     */
    ReceiveQueue(
            String name, FrontRing ring, ReceiveBuffers buffers, Doorbell.Ringer driver, Doorbell.Listener doorbell) {
        super(name, ring, driver, doorbell);
        if (buffers.count() != ring.slotCount()) {
            throw new IllegalArgumentException("buffers=" + buffers.count() + " slots=" + ring.slotCount());
        }
        this.buffers = buffers;
        this.frame = new IncomingFrame(buffers, packet);
        post(ring.slotCount());
    }

    private void post(int count) {
        for (int i = 0; i < count; i++) {
            int slot = ring.requestIndex() & ring.slotCount() - 1;
            RxRequest.encode(ring.window(), ring.requestOffset(), slot, buffers.offer(slot));
            ring.advanceRequest();
        }
    }

    /** Shows the driver the buffers that have been posted. */
    public synchronized void publish() {
        if (!isBroken()) {
            publishRing();
        }
    }

    /** Hands over what has arrived, and posts the buffers again; how many frames. */
    public synchronized int poll(FrameReceiver receiver) {
        int frames = 0;
        int slots = 0;
        // Bounded: a quick driver fills buffers for ever.
        while (!isBroken() && slots < ring.slotCount()) {
            int available = ring.responsesAvailable();
            if (available == 0) {
                break;
            }
            if (available == FrontRing.OVERFLOW) {
                breakDown("more responses than requests");
                break;
            }
            frames += take(available, receiver);
            slots += packet.slots();
        }
        if (slots > 0) {
            publish();
        }
        return frames;
    }

    private int take(int available, FrameReceiver receiver) {
        int first = ring.responseIndex();
        packet.begin();
        while (packet.isOpen()) {
            if (packet.slots() == available) {
                breakDown(PacketVerdict.TRUNCATED.toString());
                return 0;
            }
            packet.add(ring.window(), ring.responseOffset());
            ring.advanceResponse();
        }
        if (packet.verdict().isViolation()) {
            breakDown(packet.verdict().toString());
            return 0;
        }
        for (int slot = 0; slot < packet.slots(); slot++) {
            if (!buffers.take(first + slot & ring.slotCount() - 1)) {
                breakDown("no page for the one it was offered: slot=" + (first + slot & ring.slotCount() - 1));
                return 0;
            }
        }
        boolean passes = packet.verdict() == PacketVerdict.OK;
        if (passes) {
            frame.begin(first);
            receivedFrames++;
            receivedBytes += packet.bytes();
            receiver.received(frame);
        } else {
            droppedFrames++;
        }
        post(packet.slots());
        return passes ? 1 : 0;
    }

    public long receivedFrames() {
        return receivedFrames;
    }

    public long receivedBytes() {
        return receivedBytes;
    }

    /** Frames that arrived as an error, or as less than a header. */
    public long droppedFrames() {
        return droppedFrames;
    }

    /** Posts every buffer afresh, for a back-end that starts afresh, before it may look; what was in them is lost. Any thread. */
    synchronized void resubmit() {
        emptyRing();
        buffers.reset();
        post(ring.slotCount());
    }
}
