// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueMeter;
import dev.ringfence.backend.QueueService;
import dev.ringfence.domain.ConnectionPages;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.QueueSpec;
import dev.ringfence.domain.ReceiveMode;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.OwnershipTable;
import dev.ringfence.grant.PagePools;
import dev.ringfence.grant.PageTransfer;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Defect;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.util.List;
import java.util.Optional;

/** A NIC's memory as a hypervisor makes it, and the drivers that serve it one after the other, on the calling thread. */
final class LabNic implements AutoCloseable {
    static final int DOMID = 1;
    static final int GUEST = 2;
    static final int SLOTS = 256;
    static final int TRANSMIT = 0;
    static final int RECEIVE = 1;
    static final int QUEUES = 2;

    private static final int ATTACHMENT_BYTES = 2048;
    /** Of a journal, for whoever looks; one thread. */
    private static final PrivateMemory COPY = new PrivateMemory((int) Journal.bytes(SLOTS));

    private final SharedMemory memory;
    private final SharedMemory controlMemory;
    private final Window region;
    private final ControlRegion control;
    private final int firstFrame;
    private final ConnectionPages pages;
    private final Doorbell.Pair[] bells = {Doorbell.create(), Doorbell.create()};

    /**
     * @param pages of the guest's, to begin with
     * @param firstIndex where the indices of both rings begin
     */
    LabNic(int pages, int firstIndex, ReceiveMode mode) {
        int pool = mode.flips() ? PagePools.frames(SLOTS) : 0;
        RegionLayout layout = RegionLayout.forGuestFrames(QUEUES + pages + pool);
        memory = SharedMemory.create("lab-region", layout.bytes());
        region = memory.window();
        firstFrame = layout.firstGuestFrame();
        QueueSpec out = new QueueSpec(List.of(0), 1, false);
        QueueSpec in = new QueueSpec(List.of(0), 2, true);
        ConnectionSpec spec = new ConnectionSpec(GUEST, 0, "lan", SLOTS, false, List.of(out, in), mode);
        this.pages = new ConnectionPages(spec, layout);
        controlMemory = SharedMemory.create("lab-control", this.pages.controlBytes());
        control = new ControlRegion(controlMemory.window(), QUEUES, SLOTS);
        control.initialise(firstIndex);
        this.pages.initialise(control, DOMID, List.of(firstFrame, firstFrame + 1));
    }

    boolean flips() {
        return pages.spec().receive().flips();
    }

    /** Who owns which page, where pages are flipped. */
    OwnershipTable owners() {
        return pages.owners(control);
    }

    Window region() {
        return region;
    }

    Window ring(int queue) {
        return RegionLayout.frames(region, firstFrame + queue, 1);
    }

    /** The frame of one of the guest's pages that are no rings. */
    int frame(int page) {
        return firstFrame + QUEUES + page;
    }

    /** The opposite of {@link #frame}; the driver's own pages come behind those that the guest began with. */
    int pageOf(int frame) {
        return frame - firstFrame - QUEUES;
    }

    /** How many pages there are that are no rings, whoever's. */
    int pages() {
        return RegionLayout.of(region).frames() - firstFrame - QUEUES;
    }

    Window page(int page) {
        return RegionLayout.frames(region, frame(page), 1);
    }

    /** The driver has rung the guest for a queue since the last call. */
    boolean isRung(int queue) {
        return new Doorbell.Listener(bells[queue].listener()).await(0);
    }

    /** What a successor would find in a queue's journal now; the journal itself is not touched. */
    Journal journal(int queue, Settlement settlement) {
        Window original = control.queue(queue);
        Journal journal = new Journal(COPY.window(), SLOTS);
        original.copyTo(0, COPY.window(), 0, journal.attachmentOffset(0));
        for (int entry = 0; entry < SLOTS; entry++) {
            if (journal.attachmentBytes(entry) > 0) {
                long at = journal.attachmentOffset(entry);
                original.copyTo(at, COPY.window(), at, ATTACHMENT_BYTES);
            }
        }
        journal.settle(settlement);
        for (int i = 0; i < settlement.answeredCount(); i++) {
            long at = journal.attachmentOffset(settlement.answered(i));
            original.copyTo(at, COPY.window(), at, PageTransfer.RECORD_BYTES);
        }
        return journal;
    }

    /** A driver process. */
    final class Life {
        private final QueueService[] services = new QueueService[QUEUES];
        private final Journal[] journals = new Journal[QUEUES];
        private final Settlement[] settlements = {new Settlement(SLOTS), new Settlement(SLOTS)};
        private final boolean[] awake = {true, true};
        private final GrantMap grants =
                flips() ? new GrantMap(region, DOMID, owners(), GUEST) : new GrantMap(region, DOMID);
        private boolean inOffice;

        Life(NetworkPort port) {
            Optional<QueueContext.Flips> flips =
                    flips() ? Optional.of(new QueueContext.Flips(owners(), memory, DOMID)) : Optional.empty();
            for (int number = 0; number < QUEUES; number++) {
                journals[number] = new Journal(control.queue(number), SLOTS);
                QueueContext context = new QueueContext(
                        pages.spec(),
                        number,
                        ring(number),
                        region,
                        grants,
                        control,
                        journals[number],
                        new QueueMeter(control, number),
                        new Doorbell.Ringer(bells[number].ringer()),
                        flips);
                services[number] =
                        number == TRANSMIT ? new TransmitService(context, port) : new ReceiveService(context, port);
            }
        }

        boolean inOffice() {
            return inOffice;
        }

        /** What its memory was mapped for goes with the process. */
        void end() {
            ((ReceiveService) services[RECEIVE]).close();
        }

        /** As workers do that have just got their leases. */
        void takeOver() {
            for (int queue = 0; queue < QUEUES; queue++) {
                journals[queue].settle(settlements[queue]);
                services[queue].examine(settlements[queue]);
            }
            if (!Defect.PINS_NOT_REBUILT.isOn()) {
                grants.rebuildInUse();
            }
            for (int queue = 0; queue < QUEUES; queue++) {
                services[queue].recover(settlements[queue]);
            }
            inOffice = true;
        }

        void wake(int queue) {
            awake[queue] = true;
        }

        /** What its workers do until both sleep. */
        void serve() {
            while (awake[TRANSMIT] || awake[RECEIVE]) {
                for (int queue = 0; queue < QUEUES; queue++) {
                    if (awake[queue]) {
                        awake[queue] = turn(services[queue]);
                    }
                }
            }
        }

        private boolean turn(QueueService service) {
            int taken = service.serve();
            if (taken < 0) {
                throw new IllegalStateException("an honest guest is accused: " + service.violation());
            }
            return taken > 0 || service.hasWork() || service.armAndRecheck();
        }
    }

    @Override
    public void close() {
        for (Doorbell.Pair bell : bells) {
            bell.close();
        }
        memory.close();
        controlMemory.close();
    }
}
