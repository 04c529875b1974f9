// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.entropy;

import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueMeter;
import dev.ringfence.backend.QueueService;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.QueueSpec;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.EntropyLayout;
import dev.ringfence.protocol.EntropyRequest;
import dev.ringfence.protocol.EntropyResponse;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.FrontRing;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.util.List;

/** A queue as its driver serves it, on the calling thread; and the front-end's side of it, without a guest. */
final class ServedEntropyQueue implements AutoCloseable {
    private static final int DRIVER_DOMID = 1;
    private static final int SLOTS = EntropyLayout.slotCount(RegionLayout.PAGE_BYTES);

    final FrontRing ring;
    final ControlRegion control;
    /** A page that requests can name. */
    final Window page;

    final int ref;
    final EntropyResponse response = new EntropyResponse();
    /** Of the present owner; see {@link #succeed}. */
    QueueService service;

    Journal journal;
    private final EntropySource source;
    private final SharedMemory memory;
    private final SharedMemory controlMemory;
    private final Window ringPage;
    private final Doorbell.Pair bell = Doorbell.create();

    ServedEntropyQueue(EntropySource source) {
        this.source = source;
        RegionLayout layout = RegionLayout.forGuestFrames(2);
        memory = SharedMemory.create("test-region", layout.bytes());
        int first = layout.firstGuestFrame();
        ref = new GrantTable(memory.window()).grantAccess(DRIVER_DOMID, first + 1, false);
        page = RegionLayout.frames(memory.window(), first + 1, 1);
        ringPage = RegionLayout.frames(memory.window(), first, 1);
        ring = new FrontRing(ringPage, EntropyLayout.ENTRY_BYTES);
        ring.initialise();
        controlMemory = SharedMemory.create("test-control", ControlRegion.bytes(1, SLOTS));
        control = new ControlRegion(controlMemory.window(), 1, SLOTS);
        control.initialise();
        succeed();
    }

    /** As a process that has just got the lease. */
    void succeed() {
        journal = new Journal(control.queue(0), SLOTS);
        ConnectionSpec spec =
                new ConnectionSpec(2, 0, "urandom", SLOTS, false, List.of(new QueueSpec(List.of(), 1, false)));
        service = new EntropyService(
                new QueueContext(
                        spec,
                        0,
                        ringPage,
                        memory.window(),
                        new GrantMap(memory.window(), DRIVER_DOMID),
                        control,
                        journal,
                        new QueueMeter(control, 0),
                        new Doorbell.Ringer(bell.ringer())),
                source);
        Settlement settlement = new Settlement(SLOTS);
        journal.settle(settlement);
        service.recover(settlement);
    }

    void ask(long id, int gref, int length) {
        EntropyRequest.encode(ring.window(), ring.requestOffset(), id, gref, length);
        ring.advanceRequest();
        ring.publishRequests();
    }

    /** As an owner does that dies before it can say what became of its next request. */
    void abandonStarted() {
        int entry = journal.open();
        long slot = 64 + (long) (journal.requestConsumer() & SLOTS - 1) * EntropyLayout.ENTRY_BYTES;
        ringPage.copyTo(slot, journal.window(), journal.requestOffset(entry), EntropyLayout.ENTRY_BYTES);
        journal.take(entry, EntropyLayout.ENTRY_BYTES, 0);
        journal.startAlone(entry);
    }

    void serve() {
        while (service.serve() > 0) {
            service.hasWork();
        }
    }

    /** Takes the next response into {@link #response}; false when there is none. */
    boolean take() {
        if (ring.responsesAvailable() <= 0) {
            return false;
        }
        response.decode(ring.window(), ring.responseOffset());
        ring.advanceResponse();
        return true;
    }

    @Override
    public void close() {
        bell.close();
        memory.close();
        controlMemory.close();
    }
}
