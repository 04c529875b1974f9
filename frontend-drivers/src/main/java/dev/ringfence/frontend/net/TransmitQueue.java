// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import dev.ringfence.frontend.GrantedFrames;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.Readiness;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.ExtraInfo;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.TxRequest;
import dev.ringfence.protocol.TxResponse;
import dev.ringfence.ring.FrontRing;

/**
 * Frames on their way out. For one thread at a time; allocates nothing.
 *
 * <pre>
 *   OutgoingFrame frame = queue.begin();                   null: all are on their way, poll and sleep
 *   ...fill frame.data()...
 *   queue.send(frame.plain(bytes));                        false: the ring is full, poll and send again
 *   queue.publish();                                       once for many
 * </pre>
 *
 * <p>A frame that the driver could not send is lost and counted, as on any wire. A driver that is replaced sends what its
 * predecessor left, so that a frame may arrive twice. No answer is believed: one that a correct back-end would not give
 * breaks the queue, which then loses everything.
 */
public final class TransmitQueue extends NetQueue {
    private final GrantedFrames pages;
    private final OutgoingFrame[] frames;
    private final int[] free;
    private final TxResponse response = new TxResponse();
    private int freeCount;
    private long nextSequence;
    /** Frames in the ring. */
    private int onTheirWay;

    private boolean unpublished;
    private long sentFrames;
    private long sentBytes;
    private long lostFrames;
    private Readiness readiness;

    /**
     * @param ring initialised
     * @param pages of the frames, {@link OutgoingFrame#PAGES} each
     * @param driver rings at the driver
     * @param doorbell rings here
     */
    TransmitQueue(
            String name, FrontRing ring, GrantedFrames pages, Doorbell.Ringer driver, Doorbell.Listener doorbell) {
        super(name, ring, driver, doorbell);
        this.pages = pages;
        this.frames = new OutgoingFrame[pages.count() / OutgoingFrame.PAGES];
        this.free = new int[frames.length];
        long bytes = (long) OutgoingFrame.PAGES * SharedMemory.PAGE_BYTES;
        for (int i = frames.length - 1; i >= 0; i--) {
            frames[i] = new OutgoingFrame(i, pages.window().slice(i * bytes, bytes));
            free[freeCount++] = i;
        }
    }

    /** A frame to fill, or null while all of them are on their way. */
    public OutgoingFrame begin() {
        if (freeCount == 0) {
            return null;
        }
        OutgoingFrame frame = frames[free[--freeCount]];
        frame.begun = true;
        return frame;
    }

    /** Gives back a frame that is not to be sent after all. */
    public void abandon(OutgoingFrame frame) {
        requireBegun(frame);
        release(frame);
    }

    /** Puts a frame on its way; false: nothing has happened, there is no room for it in the ring until {@link #poll} makes some. */
    public synchronized boolean send(OutgoingFrame frame) {
        requireBegun(frame);
        if (isBroken()) {
            lostFrames++;
            release(frame);
            return true;
        }
        if (ring.freeRequests() < frame.slots()) {
            return false;
        }
        frame.begun = false;
        frame.sequence = nextSequence++;
        onTheirWay++;
        put(frame);
        return true;
    }

    private void requireBegun(OutgoingFrame frame) {
        if (frame.number() >= frames.length || frames[frame.number()] != frame || !frame.begun) {
            throw new IllegalArgumentException("not a frame that this queue has begun: frame=" + frame.number());
        }
    }

    private void release(OutgoingFrame frame) {
        frame.begun = false;
        frame.failed = false;
        free[freeCount++] = frame.number();
    }

    private void put(OutgoingFrame frame) {
        Window window = ring.window();
        boolean cut = frame.gsoType() != NetifLayout.GSO_NONE;
        int count = frame.pages();
        int left = frame.bytes();
        for (int page = 0; page < count; page++) {
            int flags = page < count - 1 ? NetifLayout.MORE_DATA : 0;
            if (page == 0) {
                flags |= frame.isChecksumBlank() ? NetifLayout.TX_CSUM_BLANK | NetifLayout.TX_DATA_VALIDATED : 0;
                flags |= cut ? NetifLayout.EXTRA_INFO : 0;
            }
            int size = page == 0 ? left : Math.min(left, SharedMemory.PAGE_BYTES);
            int gref = pages.ref(frame.number() * OutgoingFrame.PAGES + page);
            TxRequest.encode(window, ring.requestOffset(), gref, 0, flags, frame.number(), size);
            ring.advanceRequest();
            if (page == 0 && cut) {
                ExtraInfo.encodeGso(window, ring.requestOffset(), frame.gsoType(), frame.gsoSize(), false);
                ring.advanceRequest();
            }
            left -= SharedMemory.PAGE_BYTES;
        }
        // The extra info has an answer that names no frame.
        frame.unanswered = count;
        unpublished = true;
    }

    /** Shows the driver what has been sent. */
    public synchronized void publish() {
        if (unpublished) {
            unpublished = false;
            publishRing();
        }
    }

    /** Takes what the driver has answered; how many frames are free again. */
    public synchronized int poll() {
        int before = freeCount;
        // Bounded: a quick driver answers for ever.
        for (int taken = 0; !isBroken() && taken < ring.slotCount() && take(); taken++) {}
        if (isBroken()) {
            for (OutgoingFrame frame : frames) {
                if (frame.unanswered > 0) {
                    frame.unanswered = 0;
                    onTheirWay--;
                    lostFrames++;
                    release(frame);
                }
            }
        }
        return freeCount - before;
    }

    private boolean take() {
        int available = ring.responsesAvailable();
        if (available == 0) {
            return false;
        }
        if (available == FrontRing.OVERFLOW) {
            breakDown("more responses than requests");
            return false;
        }
        response.decode(ring.window(), ring.responseOffset());
        ring.advanceResponse();
        if (response.status() == NetifLayout.NULL) {
            return check();
        }
        OutgoingFrame frame = response.id() < frames.length ? frames[response.id()] : null;
        if (frame == null || frame.unanswered == 0) {
            breakDown("response to no frame on its way: id=" + response.id());
            return false;
        }
        if (response.status() > NetifLayout.OKAY || response.status() < NetifLayout.DROPPED) {
            breakDown("response with an unknown status: " + response.status());
            return false;
        }
        frame.failed |= response.status() != NetifLayout.OKAY;
        if (--frame.unanswered == 0) {
            sentFrames += frame.failed ? 0 : 1;
            sentBytes += frame.failed ? 0 : frame.bytes();
            lostFrames += frame.failed ? 1 : 0;
            onTheirWay--;
            release(frame);
        }
        return check();
    }

    /** With nothing left in the ring nobody will answer for a frame any more: then its answers went to another. */
    private boolean check() {
        if (ring.freeRequests() == ring.slotCount() && onTheirWay > 0) {
            for (OutgoingFrame frame : frames) {
                if (frame.unanswered > 0) {
                    breakDown("no response for a frame: id=" + frame.number());
                    return false;
                }
            }
        }
        return true;
    }

    /** A frame of any size can be sent now. */
    public synchronized boolean hasRoom() {
        return freeCount > 0 && ring.freeRequests() > OutgoingFrame.PAGES;
    }

    /**
     * Sleeps until the driver rings, after {@link #arm}, or until the file can be read.
     *
     * @return false when the file can never be read again: then sleep by {@link #await}
     */
    public boolean awaitEither(Descriptor file) {
        if (readiness == null) {
            readiness = new Readiness(doorbell, file);
        }
        return readiness.await();
    }

    public long sentFrames() {
        return sentFrames;
    }

    public long sentBytes() {
        return sentBytes;
    }

    /** Frames that the driver could not send. */
    public long lostFrames() {
        return lostFrames;
    }

    /**
     * Empties the ring and puts everything on its way into it again, in the order of sending; for a back-end that starts
     * afresh, before it may look. {@link #publish} comes next. Any thread.
     */
    synchronized void resubmit() {
        emptyRing();
        OutgoingFrame next = after(-1);
        while (next != null) {
            put(next);
            next = after(next.sequence);
        }
    }

    private OutgoingFrame after(long sequence) {
        OutgoingFrame first = null;
        for (OutgoingFrame frame : frames) {
            if (frame.unanswered > 0
                    && frame.sequence > sequence
                    && (first == null || frame.sequence < first.sequence)) {
                first = frame;
            }
        }
        return first;
    }
}
