// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.backend.QueueContext;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockGeometry;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.FrontRing;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.util.List;
import java.util.Map;

/**
 * Serves, dies and takes over on a private ring and a scratch disk, many times, before the process says that it is ready: so
 * that a real takeover loads no class and interprets no loop.
 */
final class BlockWarmUp implements AutoCloseable {
    private static final int ROUNDS = 4_000;
    private static final long BUDGET_NANOS = 400_000_000;
    private static final int REGION_PAGES = 64;
    private static final int SLOTS = 32;
    private static final int DISK_BYTES = 1 << 20;
    private static final int DOMID = 1;

    private final SharedMemory memory = SharedMemory.create("ringfence-warm-up", REGION_PAGES * 4096L);
    private final SharedMemory controlMemory = SharedMemory.create("ringfence-warm-up", ControlRegion.bytes(1, SLOTS));
    private final SharedMemory disk = SharedMemory.create("ringfence-warm-up", DISK_BYTES);
    private final ControlRegion control = new ControlRegion(controlMemory.window(), 1, SLOTS);
    private final Doorbell.Pair bell = Doorbell.create();
    private final Doorbell.Ringer ringer = new Doorbell.Ringer(bell.ringer());
    private final Doorbell.Listener listener = new Doorbell.Listener(bell.listener());
    private final ConnectionSpec spec = new ConnectionSpec(0, 0, "warm-up", SLOTS, false, List.of());
    private final BlockGeometry geometry =
            new BlockGeometry(DISK_BYTES / 512, 512, false, true, true, 4096, BlkifLayout.MAX_INDIRECT_SEGMENTS);
    private final FileDevice device = new FileDevice(
            new DeviceDescription("warm-up", DeviceDescription.IMAGE, DISK_BYTES, 512, false, 1, Map.of()),
            disk.descriptor().duplicate());
    private final GrantTable table = new GrantTable(memory.window());
    private final BlockRequest request = new BlockRequest();
    private final int firstFrame = RegionLayout.of(memory.window()).firstGuestFrame();
    private final int ref = table.grantAccess(DOMID, firstFrame + 1, false);
    private final int descriptors = table.grantAccess(DOMID, firstFrame + 2, true);
    private final FrontRing front =
            new FrontRing(RegionLayout.frames(memory.window(), firstFrame, 1), BlkifLayout.REQUEST_BYTES);

    static void run() {
        long until = System.nanoTime() + BUDGET_NANOS;
        try (BlockWarmUp warmUp = new BlockWarmUp()) {
            for (int round = 0; round < ROUNDS && System.nanoTime() - until < 0; round++) {
                warmUp.round();
            }
        }
    }

    private void round() {
        control.initialise();
        front.initialise();
        Journal.lease(control.queue(0)).lock();
        serve(owner());
        putAll();
        front.publishRequests();
        abandonTwo();
        serve(owner());
        Journal.lease(control.queue(0)).unlock();
    }

    /** A process that has just got the lease. */
    private BlockService owner() {
        Journal journal = new Journal(control.queue(0), SLOTS);
        GrantMap grants = new GrantMap(memory.window(), DOMID);
        QueueContext context =
                new QueueContext(spec, 0, front.window(), memory.window(), grants, control, journal, ringer);
        BlockService service = new BlockService(context, device, new DiskFlush(device), geometry, new RangeClaims(1));
        Settlement settlement = new Settlement(SLOTS);
        journal.settle(settlement);
        journal.own(1);
        grants.rebuildInUse();
        service.recover(settlement);
        return service;
    }

    private void serve(BlockService service) {
        putAll();
        front.publishRequests();
        while (service.serve() > 0) {
            for (int left = front.responsesAvailable(); left > 0; left--) {
                front.advanceResponse();
            }
        }
        service.armAndRecheck();
        listener.await();
    }

    /** What a predecessor leaves that dies in the middle: one request taken, one started. */
    private void abandonTwo() {
        Journal journal = new Journal(control.queue(0), SLOTS);
        journal.settle(new Settlement(SLOTS));
        for (int i = 0; i < 2; i++) {
            int entry = journal.open();
            long slot = 64 + (long) (journal.requestConsumer() & SLOTS - 1) * BlkifLayout.REQUEST_BYTES;
            front.window().copyTo(slot, journal.window(), journal.requestOffset(entry), BlkifLayout.REQUEST_BYTES);
            journal.take(entry, BlkifLayout.REQUEST_BYTES, 0);
            if (i == 0) {
                journal.start(entry);
            }
        }
    }

    private void putAll() {
        put(BlkifLayout.READ);
        put(BlkifLayout.WRITE);
        request.asIndirect(BlkifLayout.READ, 0, 3, 0);
        request.addSegment(ref, 0, 7);
        request.indirectGref(0, descriptors);
        request.encodeIndirectSegments(RegionLayout.frames(memory.window(), firstFrame + 2, 1), 0);
        encode();
        request.asFlush(0, 4);
        encode();
        request.asDiscard(0, 5, 8, 8);
        encode();
    }

    private void put(int operation) {
        request.asDirect(operation, 0, operation, 0);
        request.addSegment(ref, 0, 7);
        encode();
    }

    private void encode() {
        request.encode(front.window(), front.requestOffset());
        front.advanceRequest();
    }

    @Override
    public void close() {
        device.close();
        ringer.close();
        listener.close();
        memory.close();
        controlMemory.close();
        disk.close();
    }
}
