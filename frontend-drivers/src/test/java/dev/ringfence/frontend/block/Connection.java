// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.frontend.ShadowedQueue;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlockGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** A region, queues over it, and a driver for each: everything but the handshake. */
final class Connection implements BlockFrontend {
    static final int DISK_BYTES = 8 << 20;

    final SharedMemory memory;
    final Window region;
    final GrantTable table;
    final List<XenBlockQueue> queues = new ArrayList<>();
    final List<ScriptedDriver> drivers = new ArrayList<>();
    /** Where the driver of each queue is rung, and where it rings. */
    final List<Doorbell.Listener> driverBells = new ArrayList<>();

    final List<Doorbell.Ringer> frontBells = new ArrayList<>();
    /** What its queues reported of their drivers. */
    final List<String> witnessed = new ArrayList<>();

    private final DiskInfo info;

    Connection(int queueCount, int ringPages, int poolPages, int firstIndex, DiskInfo info) {
        this(queueCount, ringPages, poolPages, firstIndex, info, queue -> Optional.empty());
    }

    Connection(
            int queueCount,
            int ringPages,
            int poolPages,
            int firstIndex,
            DiskInfo info,
            IntFunction<Optional<TagCheck>> tags) {
        this.info = info;
        int each = poolPages + ringPages + dev.ringfence.protocol.BlkifLayout.slotCount(ringPages * 4096L);
        RegionLayout layout = RegionLayout.forGuestFrames(queueCount * each);
        memory = SharedMemory.create("test-region", layout.bytes() + 4096L * queueCount);
        region = memory.window(0, layout.bytes());
        table = new GrantTable(region);
        BlockGeometry geometry = geometry(info);
        for (int queue = 0; queue < queueCount; queue++) {
            QueueFrames frames = QueueFrames.of(layout, queueCount, queue, ringPages);
            QueueMemory pages = new QueueMemory(region, table, ScriptedDriver.DOMID, frames);
            pages.ring().initialise(firstIndex);
            Doorbell.Pair toDriver = Doorbell.create();
            Doorbell.Pair toFront = Doorbell.create();
            driverBells.add(new Doorbell.Listener(toDriver.listener()));
            frontBells.add(new Doorbell.Ringer(toFront.ringer()));
            queues.add(new XenBlockQueue(
                    new ShadowedQueue.Wiring(
                            "test-" + queue,
                            pages.ring(),
                            new Doorbell.Ringer(toDriver.ringer()),
                            new Doorbell.Listener(toFront.listener()),
                            (index, id, operation, status, reason) -> witnessed.add(index + ": " + reason)),
                    51712,
                    info,
                    pages,
                    tags.apply(queue)));
            Window scratch = memory.window(layout.bytes() + 4096L * queue, 4096);
            Window ring = ScriptedDriver.ringPages(region, pages.ringRefs());
            drivers.add(new ScriptedDriver(region, ring, firstIndex, geometry, scratch));
        }
    }

    /** One queue with a ring of one page and a pool of 4 MiB. */
    Connection() {
        this(1, 1, 1024, 0, disk());
    }

    static DiskInfo disk() {
        return new DiskInfo(DISK_BYTES, 512, false, true, true, 4096, 1 << 20);
    }

    static BlockGeometry geometry(DiskInfo info) {
        int indirect = info.maxTransferBytes() > 11 * 4096 ? 256 : 0;
        return new BlockGeometry(
                info.bytes() / 512,
                info.sectorBytes(),
                info.readOnly(),
                info.flush(),
                info.discard(),
                info.discardGranularityBytes(),
                indirect);
    }

    XenBlockQueue queue() {
        return queues.get(0);
    }

    ScriptedDriver driver() {
        return drivers.get(0);
    }

    @Override
    public DiskInfo info() {
        return info;
    }

    @Override
    public List<XenBlockQueue> queues() {
        return queues;
    }

    @Override
    public void close() {
        memory.close();
    }
}
