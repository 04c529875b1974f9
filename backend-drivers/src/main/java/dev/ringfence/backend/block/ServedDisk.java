// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.backend.FrontendKeys;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.QueueSpec;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockGeometry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A disk as the kit and the store see it. The keys are blkif's (Xen's io/blkif.h). */
final class ServedDisk implements ServedDevice {
    private static final int INFO_READ_ONLY = 4;
    private static final int MAX_RING_PAGE_ORDER = 4;

    private final BlockDevice device;
    private final DiskFlush flush;
    private final int maxQueues;

    ServedDisk(BlockDevice device, int maxQueues) {
        this.device = device;
        this.flush = new DiskFlush(device);
        this.maxQueues = maxQueues;
    }

    /** Its data is in memory: it is copied, where other devices make system calls. */
    boolean isMemory() {
        return device instanceof MemoryDevice;
    }

    @Override
    public Rings rings(FrontendKeys keys) {
        String protocol = keys.text("protocol").orElse("x86_64-abi");
        FrontendKeys.require(protocol.equals("x86_64-abi"), "protocol", protocol);
        List<QueueSpec> queues = keys.rings(maxQueues, MAX_RING_PAGE_ORDER);
        return new Rings(BlkifLayout.slotCount(queues.get(0).ringRefs().size() * 4096L), queues);
    }

    @Override
    public Map<String, String> features(String connection, boolean readOnly) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("max-ring-page-order", Integer.toString(MAX_RING_PAGE_ORDER));
        keys.put("multi-queue-max-queues", Integer.toString(maxQueues));
        keys.put("feature-max-indirect-segments", Integer.toString(BlkifLayout.MAX_INDIRECT_SEGMENTS));
        keys.put("feature-persistent", "1");
        keys.put("feature-flush-cache", "1");
        keys.put("feature-barrier", "0");
        boolean discard = geometry(readOnly).discard();
        keys.put("feature-discard", discard ? "1" : "0");
        if (discard) {
            keys.put("discard-granularity", Integer.toString(device.discardGranularityBytes()));
            keys.put("discard-alignment", "0");
            keys.put("discard-secure", "0");
        }
        return keys;
    }

    @Override
    public Map<String, String> properties(boolean readOnly) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("sectors", Long.toString(device.bytes() / BlkifLayout.SECTOR_BYTES));
        keys.put("info", Integer.toString(geometry(readOnly).readOnly() ? INFO_READ_ONLY : 0));
        keys.put("sector-size", Integer.toString(device.sectorBytes()));
        keys.put("physical-sector-size", Integer.toString(device.sectorBytes()));
        return keys;
    }

    private BlockGeometry geometry(boolean readOnly) {
        boolean fixed = readOnly || device.readOnly();
        int granularity = fixed ? 0 : device.discardGranularityBytes();
        return new BlockGeometry(
                device.bytes() / BlkifLayout.SECTOR_BYTES,
                device.sectorBytes(),
                fixed,
                true,
                granularity > 0,
                granularity,
                BlkifLayout.MAX_INDIRECT_SEGMENTS);
    }

    @Override
    public Services connect(ConnectionSpec connection) {
        RangeClaims claims = new RangeClaims(maxQueues);
        return context -> new BlockService(
                context, device, flush, geometry(context.connection().readOnly()), claims);
    }

    @Override
    public void close() {
        device.close();
    }
}
