// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.FrameHistory;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.FrontRing;
import dev.ringfence.ring.RingLayout;
import java.util.List;

/**
 * A guest's side of a ring with its doorbells; it sleeps on its own as a real guest would, so that a wake-up lost is an answer lost.
 * One thread.
 */
abstract class GuestRing implements RingEnd {
    private static final int REQ_EVENT = 4;

    final FrontRing ring;
    final GuestPages pages;
    final FrameHistory history;
    private final String name;
    private final int frame;
    private final Doorbell.Pair toDriver = Doorbell.create();
    private final Doorbell.Pair toGuest = Doorbell.create();
    private final Doorbell.Ringer ringer = new Doorbell.Ringer(toDriver.ringer().duplicate());
    private final Doorbell.Listener listener =
            new Doorbell.Listener(toGuest.listener().duplicate());
    private boolean sane = true;
    private long waitingSinceNanos;
    private long longestWaitNanos;

    GuestRing(
            String name,
            Window region,
            int frame,
            int entryBytes,
            int firstIndex,
            GuestPages pages,
            FrameHistory history) {
        this.name = name;
        this.frame = frame;
        Window page = RegionLayout.frames(region, frame, 1);
        this.pages = pages;
        this.history = history;
        this.ring = new FrontRing(page, entryBytes);
        ring.initialise(firstIndex);
        // As if the driver had not asked yet: then it is seen when it first goes to sleep.
        page.putInt(REQ_EVENT, firstIndex);
    }

    @Override
    public final int ringFrame() {
        return frame;
    }

    @Override
    public final List<Descriptor> driverEnds() {
        return List.of(toDriver.listener(), toGuest.ringer(), toDriver.ringer());
    }

    @Override
    public final void ring() {
        ringer.ring();
    }

    /** Makes visible what was put into the ring, and rings if the driver asked for it. */
    final void publish() {
        waitingSinceNanos = System.nanoTime();
        if (ring.publishRequests()) {
            ringer.ring();
        }
    }

    /** How many requests there are in it that have no answer. */
    final int outstanding() {
        return ring.slotCount() - ring.freeRequests();
    }

    @Override
    public final long longestWaitNanos() {
        return longestWaitNanos;
    }

    /** Nobody waits for the next answer: what comes later is no outage. */
    final void rest() {
        waitingSinceNanos = 0;
    }

    /** How many requests were ever made, modulo 2^32. */
    final int requestProducer() {
        return ring.requestIndex();
    }

    /** The driver has done all it was asked, and asked to be told of more. */
    final boolean isDriverIdle() {
        return ring.window().getIntAcquire(REQ_EVENT) == ring.requestIndex() + 1;
    }

    /** The driver has rung since the last call. */
    final boolean isRung() {
        return listener.await(0);
    }

    /** There are answers, whether anybody has rung for them or not. */
    final boolean hasAnswers() {
        return ring.responsesAvailable() != 0;
    }

    /** Asks to be told of the next answer; true when there is nothing to take meanwhile. */
    final boolean arm() {
        return !ring.armAndRecheck();
    }

    /** Takes the answers there are; false when the ring makes no sense. */
    final boolean poll() {
        int available = ring.responsesAvailable();
        if (available > 0) {
            long now = System.nanoTime();
            longestWaitNanos = Math.max(longestWaitNanos, waitingSinceNanos == 0 ? 0 : now - waitingSinceNanos);
            waitingSinceNanos = now;
        }
        while (sane && available > 0) {
            take(available);
            available = ring.responsesAvailable();
        }
        if (sane && available == FrontRing.OVERFLOW) {
            refuse("rsp_prod=" + Integer.toUnsignedString(RingLayout.responseProducer(ring.window()))
                    + " is no index of a driver: answers taken " + Integer.toUnsignedString(ring.responseIndex())
                    + ", requests made " + Integer.toUnsignedString(ring.requestIndex()));
        }
        return sane;
    }

    /** Takes the next answer, or all of a frame, of as many slots as are available. */
    abstract void take(int available);

    /** The driver has broken the protocol: nothing is believed any more. */
    final void refuse(String why) {
        sane = false;
        history.violation(Nature.PROTOCOL, name + " ring: " + why);
    }

    @Override
    public final void close() {
        ringer.close();
        listener.close();
        toDriver.close();
        toGuest.close();
    }
}
