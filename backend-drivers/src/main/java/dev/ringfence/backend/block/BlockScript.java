// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.backend.RequestScript;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import java.util.Map;
import java.util.Optional;

/** A guest's part in the rehearsal of a disk driver: reads and writes of every form, on a scratch disk in memory. */
final class BlockScript extends RequestScript {
    private static final int RING_PAGES = 4;
    private static final int DATA_PAGES = 2;
    private static final int DISK_PAGES = 256;
    private static final int DISK_BYTES = DISK_PAGES * RegionLayout.PAGE_BYTES;
    private static final int PAGE_SECTORS = RegionLayout.PAGE_BYTES / BlkifLayout.SECTOR_BYTES;

    private final SharedMemory disk = SharedMemory.create("ringfence-rehearsal", DISK_BYTES);
    private final ServedDisk device;
    private final BlockRequest request = new BlockRequest();
    private Window descriptors;
    private int dataRef;
    private int descriptorsRef;

    /** @param kind of device, as a {@link DeviceDescription} names it: an image or memory */
    BlockScript(String kind) {
        super(BlkifLayout.REQUEST_BYTES, RING_PAGES, DATA_PAGES);
        DeviceDescription description =
                new DeviceDescription("rehearsal", kind, DISK_BYTES, BlkifLayout.SECTOR_BYTES, false, 1, Map.of());
        this.device = new ServedDisk(
                BlockDevices.open(description, Optional.of(disk.descriptor().duplicate())), 1);
    }

    @Override
    public ServedDevice device() {
        return device;
    }

    @Override
    protected void grant(Window region, GrantTable table, int driver, int firstFrame) {
        dataRef = table.grantAccess(driver, firstFrame, false);
        descriptorsRef = table.grantAccess(driver, firstFrame + 1, true);
        descriptors = RegionLayout.frames(region, firstFrame + 1, 1);
    }

    @Override
    protected int grantInUse() {
        return dataRef;
    }

    @Override
    protected int done() {
        return BlkifLayout.OKAY;
    }

    @Override
    protected void encode(int n, Window into, long offset) {
        int operation = n % 2 == 0 ? BlkifLayout.READ : BlkifLayout.WRITE;
        request.asDirect(operation, 0, n, (long) (DISK_PAGES - 1 - n) * PAGE_SECTORS);
        request.addSegment(dataRef, 0, PAGE_SECTORS - 1);
        request.encode(into, offset);
    }

    @Override
    protected void encodeRarer() {
        request.asIndirect(BlkifLayout.READ, 0, 0, 0);
        request.addSegment(dataRef, 0, PAGE_SECTORS - 1);
        request.indirectGref(0, descriptorsRef);
        request.encodeIndirectSegments(descriptors, 0);
        put();
        request.asFlush(0, 0);
        put();
        request.asDiscard(0, 0, PAGE_SECTORS, PAGE_SECTORS);
        put();
    }

    private void put() {
        request.encode(ring().window(), ring().requestOffset());
        advance();
    }

    @Override
    public void close() {
        device.close();
        disk.close();
    }
}
