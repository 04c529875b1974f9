// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.domain.DeviceKind;
import dev.ringfence.domain.EventChannel;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.frontend.DeviceFrontend;
import dev.ringfence.frontend.FrontendConnection;
import dev.ringfence.frontend.FrontendHandshake;
import dev.ringfence.frontend.GuestFrontend;
import dev.ringfence.frontend.ShadowedQueue;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.store.StoreClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A guest's disk over blkif: rings in the I/O region, one event channel a queue, keys as in Xen's io/blkif.h. */
public final class XenBlockFrontend implements BlockFrontend, DeviceFrontend, GuestFrontend {
    private static final Logger LOG = LoggerFactory.getLogger(XenBlockFrontend.class);
    private static final int WANTED_RING_PAGE_ORDER = 2;
    private static final int INFO_READ_ONLY = 4;
    private static final int QUEUES_MAX = 64;

    private final FrontendConnection connection;
    private final int wantedQueues;
    private final List<QueueMemory> memories = new ArrayList<>();
    private final List<EventChannel> channels = new ArrayList<>();
    private final List<XenBlockQueue> queues = new ArrayList<>();
    private final Hypercalls hypercalls;
    private final boolean tagged;
    private Optional<DiskTags> tags = Optional.empty();
    private int indirectSegments;
    private boolean flush;
    private boolean discard;

    /**
     * @param store this guest's
     * @param frontend the device's directory in it
     * @param wantedQueues how many queues to open, if the back-end offers so many
     */
    public XenBlockFrontend(Hypercalls hypercalls, StoreClient store, String frontend, int wantedQueues) {
        this.wantedQueues = wantedQueues;
        this.hypercalls = hypercalls;
        this.tagged = store.read(frontend + "/tags").equals(Optional.of("1"));
        this.connection = new FrontendConnection(hypercalls, store, frontend, DeviceKind.BLOCK.handleKey(), this);
    }

    @Override
    public FrontendHandshake handshake() {
        return connection.handshake();
    }

    @Override
    public Map<String, String> publish(BackendKeys features) {
        int count = (int) Math.min(wantedQueues, clamp(features.number("multi-queue-max-queues", 1), 1, QUEUES_MAX));
        int order = (int) clamp(features.number("max-ring-page-order", 0), 0, WANTED_RING_PAGE_ORDER);
        if (!memories.isEmpty()
                && (count != memories.size() || memories.get(0).ringRefs().size() != 1 << order)) {
            throw new IllegalArgumentException(
                    "the back-end offers less than before: queues=" + count + " order=" + order);
        }
        indirectSegments =
                (int) clamp(features.number("feature-max-indirect-segments", 0), 0, BlkifLayout.MAX_INDIRECT_SEGMENTS);
        flush = features.number("feature-flush-cache", 0) == 1;
        discard = features.number("feature-discard", 0) == 1;
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("protocol", "x86_64-abi");
        keys.put("feature-persistent", "1");
        keys.put("ring-page-order", Integer.toString(order));
        if (count > 1) {
            keys.put("multi-queue-num-queues", Integer.toString(count));
        }
        if (memories.isEmpty()) {
            open(count, 1 << order);
        } else {
            startAfresh();
        }
        for (int queue = 0; queue < count; queue++) {
            publish(keys, count == 1 ? "" : "queue-" + queue + "/", memories.get(queue), channels.get(queue));
        }
        return keys;
    }

    private void open(int count, int ringPages) {
        Window region = connection.memory();
        GrantTable table = new GrantTable(region);
        RegionLayout layout = RegionLayout.of(region);
        for (int queue = 0; queue < count; queue++) {
            QueueFrames frames = QueueFrames.of(layout, count, queue, ringPages);
            QueueMemory memory = new QueueMemory(region, table, connection.backend(), frames);
            memory.ring().initialise();
            memories.add(memory);
            channels.add(connection.openChannel());
        }
    }

    /** The rings, as many and as long as they were, hold what is unanswered; the back-end sees it once it is connected. */
    private void startAfresh() {
        DiskInfo last = queues.get(0).info();
        DiskInfo now = new DiskInfo(
                last.bytes(),
                last.sectorBytes(),
                last.readOnly(),
                flush,
                discard,
                last.discardGranularityBytes(),
                transferBytes());
        queues.forEach(queue -> queue.resubmit(now));
    }

    private int transferBytes() {
        return Math.max(indirectSegments, BlkifLayout.MAX_DIRECT_SEGMENTS) * RegionLayout.PAGE_BYTES;
    }

    private static void publish(Map<String, String> keys, String prefix, QueueMemory memory, EventChannel channel) {
        List<Integer> refs = memory.ringRefs();
        if (refs.size() == 1) {
            keys.put(prefix + "ring-ref", Integer.toString(refs.get(0)));
        } else {
            for (int page = 0; page < refs.size(); page++) {
                keys.put(prefix + "ring-ref" + page, Integer.toString(refs.get(page)));
            }
        }
        keys.put(prefix + "event-channel", Integer.toString(channel.port()));
    }

    private static long clamp(long value, long least, long most) {
        return Math.max(least, Math.min(value, most));
    }

    @Override
    public void connected(BackendKeys properties) {
        DiskInfo info = geometry(properties);
        if (!queues.isEmpty()) {
            queues.forEach(BlockQueue::publish);
            connection.wake();
            return;
        }
        if (tagged) {
            tags = Optional.of(new DiskTags(hypercalls, connection.handle(), info, connection::wake));
        }
        for (int queue = 0; queue < memories.size(); queue++) {
            int number = queue;
            QueueMemory memory = memories.get(queue);
            ShadowedQueue.Wiring wiring = connection.wire(queue, memory.ring(), channels.get(queue));
            Optional<TagCheck> check =
                    tags.map(disk -> disk.check(connection.name(), number, info, BufferPool.MAX_BYTES));
            queues.add(new XenBlockQueue(wiring, connection.handle(), info, memory, check));
        }
        LOG.debug("{}: {} with {} queues", connection.name(), info, queues.size());
    }

    /** Nothing of it is believed before it makes sense: a disk of no sectors, or of odd ones, is refused. */
    private DiskInfo geometry(BackendKeys properties) {
        long sectors = properties.number("sectors", 0);
        long sectorBytes = properties.number("sector-size", BlkifLayout.SECTOR_BYTES);
        if (sectors <= 0 || sectors > Long.MAX_VALUE / BlkifLayout.SECTOR_BYTES) {
            throw new IllegalArgumentException("sectors=" + sectors);
        }
        if (sectorBytes < BlkifLayout.SECTOR_BYTES
                || sectorBytes > RegionLayout.PAGE_BYTES
                || Long.bitCount(sectorBytes) != 1) {
            throw new IllegalArgumentException("sector-size=" + sectorBytes);
        }
        boolean readOnly = (properties.number("info", 0) & INFO_READ_ONLY) != 0;
        long granularity =
                discard ? clamp(properties.number("discard-granularity", sectorBytes), sectorBytes, 1 << 30) : 0;
        return new DiskInfo(
                sectors * BlkifLayout.SECTOR_BYTES,
                (int) sectorBytes,
                readOnly,
                flush,
                discard,
                (int) granularity,
                transferBytes());
    }

    @Override
    public void disconnected(String reason) {
        queues.forEach(queue -> queue.fail(reason));
        connection.wake();
    }

    @Override
    public DiskInfo info() {
        return queues.get(0).info();
    }

    @Override
    public List<? extends BlockQueue> queues() {
        return queues;
    }

    /** The memory stays mapped: a thread may still be about to poll a queue, and is told there that it is over. */
    @Override
    public void close() {
        connection.close(() -> memories.forEach(QueueMemory::endAccess));
    }

    @Override
    public void free() {
        close();
        tags.ifPresent(DiskTags::close);
        connection.free();
    }
}
