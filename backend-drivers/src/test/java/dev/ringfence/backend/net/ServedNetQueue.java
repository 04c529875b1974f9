// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

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
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.FrontRing;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.util.List;
import java.util.function.BiFunction;

/** One ring of a NIC as its driver serves it, on the calling thread; and the front-end's side of it, without a guest. */
final class ServedNetQueue implements AutoCloseable {
    static final int DRIVER_DOMID = 1;
    static final int SLOTS = 256;
    static final int PAGES = 512;

    final FakePort port = new FakePort();
    final FrontRing ring;
    final GrantTable table;
    final int[] refs = new int[PAGES];
    /** Of the present owner; see {@link #succeed}. */
    QueueService service;

    Journal journal;
    final Settlement settlement = new Settlement(SLOTS);
    private final BiFunction<QueueContext, NetworkPort, QueueService> factory;
    private final SharedMemory memory;
    private final SharedMemory controlMemory;
    private final Window region;
    private final Window ringWindow;
    private final ControlRegion control;
    private final Doorbell.Pair bell = Doorbell.create();
    private final int firstPage;

    ServedNetQueue(int entryBytes, BiFunction<QueueContext, NetworkPort, QueueService> factory) {
        this.factory = factory;
        RegionLayout layout = RegionLayout.forGuestFrames(1 + PAGES);
        memory = SharedMemory.create("test-region", layout.bytes());
        region = memory.window();
        int firstFrame = layout.firstGuestFrame();
        firstPage = firstFrame + 1;
        table = new GrantTable(region);
        for (int page = 0; page < PAGES; page++) {
            refs[page] = table.grantAccess(DRIVER_DOMID, firstPage + page, false);
        }
        ringWindow = RegionLayout.frames(region, firstFrame, 1);
        ring = new FrontRing(ringWindow, entryBytes);
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
                new ConnectionSpec(2, 0, "lan", SLOTS, false, List.of(new QueueSpec(List.of(), 1, false)));
        GrantMap grants = new GrantMap(region, DRIVER_DOMID);
        service = factory.apply(
                new QueueContext(
                        spec,
                        0,
                        ringWindow,
                        region,
                        grants,
                        control,
                        journal,
                        new QueueMeter(control, 0),
                        new Doorbell.Ringer(bell.ringer())),
                port);
        journal.settle(settlement);
        grants.rebuildInUse();
        service.recover(settlement);
    }

    /** What a driver leaves that dies when it has journalled a packet of four slots and {@code packets - 1} of one, and started all. */
    void journalOnly(int packets) {
        int index = 0;
        for (int i = 0; i < packets; i++) {
            int slots = i == 0 ? 4 : 1;
            int entry = journal.open();
            for (int slot = 0; slot < slots; slot++) {
                long to = slot == 0 ? journal.requestOffset(entry) : journal.attachmentOffset(entry) + (slot - 1) * 12L;
                ringWindow.copyTo(64 + 12L * index++, journal.window(), to, 12);
            }
            journal.take(entry, 12, (slots - 1) * 12, slots);
            journal.start(entry);
        }
    }

    /** What a driver leaves that dies when it has journalled the answers to its oldest buffers. */
    int[] journalDone(int count) {
        Journal left = new Journal(control.queue(0), SLOTS);
        left.settle(settlement);
        int[] entries = new int[count];
        for (int i = 0; i < count; i++) {
            entries[i] = settlement.unfinished(i);
            left.done(entries[i], 4096, left.responseCommitted() + i);
        }
        return entries;
    }

    /** The memory of a page that requests can name. */
    Window page(int page) {
        return RegionLayout.frames(region, firstPage + page, 1);
    }

    byte[] read(int page, int offset, int length) {
        byte[] bytes = new byte[length];
        page(page).get(offset, bytes, 0, length);
        return bytes;
    }

    @Override
    public void close() {
        bell.close();
        port.close();
        memory.close();
        controlMemory.close();
    }
}
