// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.backend.RehearsalScript;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.ring.FrontRing;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.RingLayout;
import java.util.Map;
import java.util.Optional;

/** A guest's part in the rehearsal of a disk driver: reads and writes of every form, on a scratch disk in memory. */
final class BlockScript implements RehearsalScript {
    private static final int RING_PAGES = 4;
    private static final int GUEST_FRAMES = RING_PAGES + 2;
    private static final int SLOTS =
            RingLayout.slotCount(RING_PAGES * (long) RegionLayout.PAGE_BYTES, BlkifLayout.REQUEST_BYTES);
    /** Requests of a turn, as guests differ: one after the other, some, more than the driver takes at once. */
    private static final int[] TRANSFERS = {4, 1, 30, 1, 70, 2};
    /** Every so many turns, what is rarer than reading and writing. */
    private static final int MIXED_TURN = 3;

    private static final int DISK_PAGES = 256;
    private static final int DISK_BYTES = DISK_PAGES * RegionLayout.PAGE_BYTES;
    private static final int PAGE_SECTORS = RegionLayout.PAGE_BYTES / BlkifLayout.SECTOR_BYTES;

    private final SharedMemory disk = SharedMemory.create("ringfence-rehearsal", DISK_BYTES);
    private final ServedDisk device;
    private final BlockRequest request = new BlockRequest();
    private FrontRing ring;
    private GrantMap predecessorsGrants;
    private Window descriptors;
    private int dataRef;
    private int descriptorsRef;
    private int submitted;
    private int answered;

    /** @param kind of device, as a {@link DeviceDescription} names it: an image or memory */
    BlockScript(String kind) {
        DeviceDescription description =
                new DeviceDescription("rehearsal", kind, DISK_BYTES, BlkifLayout.SECTOR_BYTES, false, 1, Map.of());
        this.device = new ServedDisk(
                BlockDevices.open(description, Optional.of(disk.descriptor().duplicate())), 1);
    }

    @Override
    public int frames() {
        return RegionLayout.forGuestFrames(GUEST_FRAMES).frames();
    }

    @Override
    public int ringPages() {
        return RING_PAGES;
    }

    @Override
    public int slots() {
        return SLOTS;
    }

    @Override
    public ServedDevice device() {
        return device;
    }

    @Override
    public int begin(Window region, int driver) {
        int first = RegionLayout.of(region).firstGuestFrame();
        GrantTable table = new GrantTable(region);
        predecessorsGrants = new GrantMap(region, driver);
        dataRef = table.grantAccess(driver, first + RING_PAGES, false);
        descriptorsRef = table.grantAccess(driver, first + RING_PAGES + 1, true);
        descriptors = RegionLayout.frames(region, first + RING_PAGES + 1, 1);
        ring = new FrontRing(RegionLayout.frames(region, first, RING_PAGES), BlkifLayout.REQUEST_BYTES);
        ring.initialise();
        submitted = 0;
        answered = 0;
        return first;
    }

    @Override
    public void abandon(Journal journal) {
        predecessorsGrants.pinPersistently(dataRef, true);
        take(journal);
        int done = take(journal);
        journal.start(done);
        journal.done(done, BlkifLayout.OKAY, 0);
        journal.start(take(journal));
    }

    private int take(Journal journal) {
        int entry = journal.open();
        long slot =
                RingLayout.HEADER_BYTES + (long) (journal.requestConsumer() & SLOTS - 1) * BlkifLayout.REQUEST_BYTES;
        ring.window().copyTo(slot, journal.window(), journal.requestOffset(entry), BlkifLayout.REQUEST_BYTES);
        journal.take(entry, BlkifLayout.REQUEST_BYTES, 0);
        return entry;
    }

    @Override
    public void submit(int turn) {
        int transfers = TRANSFERS[turn % TRANSFERS.length];
        for (int i = 0; i < transfers; i++) {
            put(i % 2 == 0 ? BlkifLayout.READ : BlkifLayout.WRITE, i);
        }
        if (turn % MIXED_TURN == 0) {
            putRarer();
        }
        ring.publishRequests();
    }

    private void putRarer() {
        request.asIndirect(BlkifLayout.READ, 0, 0, 0);
        request.addSegment(dataRef, 0, PAGE_SECTORS - 1);
        request.indirectGref(0, descriptorsRef);
        request.encodeIndirectSegments(descriptors, 0);
        encode();
        request.asFlush(0, 0);
        encode();
        request.asDiscard(0, 0, PAGE_SECTORS, PAGE_SECTORS);
        encode();
    }

    private void put(int operation, int id) {
        request.asDirect(operation, 0, id, (long) (DISK_PAGES - 1 - id) * PAGE_SECTORS);
        request.addSegment(dataRef, 0, PAGE_SECTORS - 1);
        encode();
    }

    private void encode() {
        request.encode(ring.window(), ring.requestOffset());
        ring.advanceRequest();
        submitted++;
    }

    @Override
    public boolean answered() {
        for (int left = ring.responsesAvailable(); left > 0; left--) {
            ring.advanceResponse();
            answered++;
        }
        return answered == submitted;
    }

    @Override
    public void close() {
        device.close();
        disk.close();
    }
}
