// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

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
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.protocol.BlockResponse;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.FrontRing;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.util.List;

/** A queue as its driver serves it, on the calling thread; and the front-end's side of it, without a guest. */
final class ServedQueue implements AutoCloseable {
    static final int DRIVER_DOMID = 1;

    private static final int RING_PAGES = 4;
    private static final int SLOTS = BlkifLayout.slotCount(RING_PAGES * 4096L);
    private static final int PAGES = 512;

    final FrontRing ring;
    final ControlRegion control;
    /** Of the present owner; see {@link #succeed}. */
    QueueService service;

    Journal journal;
    final BlockRequest request = new BlockRequest();
    final BlockResponse response = new BlockResponse();

    private final BlockDevice device;
    private final Window ringWindow;
    private final SharedMemory memory;
    /** All of it, made once: tests count what a request allocates. */
    private final Window region;

    private final SharedMemory controlMemory;
    private final Doorbell.Pair bell = Doorbell.create();
    private final int[] refs = new int[PAGES];
    private final int firstPage;

    ServedQueue(BlockDevice device) {
        RegionLayout layout = RegionLayout.forGuestFrames(RING_PAGES + PAGES);
        memory = SharedMemory.create("test-region", layout.bytes());
        region = memory.window();
        int firstFrame = layout.firstGuestFrame();
        firstPage = firstFrame + RING_PAGES;
        GrantTable table = new GrantTable(region);
        for (int page = 0; page < PAGES; page++) {
            refs[page] = table.grantAccess(DRIVER_DOMID, firstPage + page, false);
        }
        Window ringWindow = RegionLayout.frames(region, firstFrame, RING_PAGES);
        ring = new FrontRing(ringWindow, BlkifLayout.REQUEST_BYTES);
        ring.initialise();
        controlMemory = SharedMemory.create("test-control", ControlRegion.bytes(1, SLOTS));
        control = new ControlRegion(controlMemory.window(), 1, SLOTS);
        control.initialise();
        this.device = device;
        this.ringWindow = ringWindow;
        succeed();
    }

    /** As a process that has just got the lease. */
    void succeed() {
        journal = new Journal(control.queue(0), SLOTS);
        ConnectionSpec spec =
                new ConnectionSpec(2, 51712, "vol0", SLOTS, false, List.of(new QueueSpec(List.of(), 1, false)));
        service = new ServedDisk(device, 1)
                .connect(spec)
                .service(new QueueContext(
                        spec,
                        0,
                        ringWindow,
                        region,
                        new GrantMap(region, DRIVER_DOMID),
                        control,
                        journal,
                        new QueueMeter(control, 0),
                        new Doorbell.Ringer(bell.ringer())));
        Settlement settlement = new Settlement(SLOTS);
        journal.settle(settlement);
        service.recover(settlement);
    }

    /** Puts a read or write of whole pages from {@code page} on, directly or, from 12 on, by way of another page. */
    void transfer(int operation, long sector, int page, int pages, long id) {
        boolean indirect = pages > BlkifLayout.MAX_DIRECT_SEGMENTS;
        if (indirect) {
            request.asIndirect(operation, 0, id, sector);
        } else {
            request.asDirect(operation, 0, id, sector);
        }
        for (int i = 0; i < pages; i++) {
            request.addSegment(refs[page + i], 0, 7);
        }
        if (indirect) {
            int segments = PAGES - 1;
            request.encodeIndirectSegments(region, RegionLayout.offset(firstPage + segments));
            request.indirectGref(0, refs[segments]);
        }
        put();
    }

    void flush(long id) {
        request.asFlush(0, id);
        put();
    }

    private void put() {
        request.encode(ring.window(), ring.requestOffset());
        ring.advanceRequest();
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

    /** The memory of a page that requests can name. */
    Window page(int page) {
        return memory.window(RegionLayout.offset(firstPage + page), RegionLayout.PAGE_BYTES);
    }

    @Override
    public void close() {
        bell.close();
        memory.close();
        controlMemory.close();
    }
}
