// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.FrontendKeys;
import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueService;
import dev.ringfence.backend.RehearsalScript;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.FrontRing;
import dev.ringfence.ring.RingLayout;
import java.util.List;
import java.util.Map;

/**
 * A guest's part in the rehearsal of one ring of a NIC. The wire is a pipe: the same system calls as a TAP device's, and no
 * right is needed to make one.
 */
abstract class NetScript implements RehearsalScript {
    static final int PAGES = 20;

    private final int entryBytes;
    private final int slots;
    private final Doorbell.Pair wire = Doorbell.create();
    private final ServedDevice device = new Ring();
    FrontRing ring;
    GrantMap predecessorsGrants;
    final int[] refs = new int[PAGES];
    Window data;

    NetScript(int entryBytes) {
        this.entryBytes = entryBytes;
        this.slots = RingLayout.slotCount(RegionLayout.PAGE_BYTES, entryBytes);
    }

    final Doorbell.Pair wire() {
        return wire;
    }

    abstract QueueService service(QueueContext context);

    @Override
    public final int frames() {
        return RegionLayout.forGuestFrames(1 + PAGES).frames();
    }

    @Override
    public final int ringPages() {
        return 1;
    }

    @Override
    public final int slots() {
        return slots;
    }

    @Override
    public final ServedDevice device() {
        return device;
    }

    @Override
    public int begin(Window region, int driver) {
        int first = RegionLayout.of(region).firstGuestFrame();
        GrantTable table = new GrantTable(region);
        predecessorsGrants = new GrantMap(region, driver);
        for (int page = 0; page < PAGES; page++) {
            refs[page] = table.grantAccess(driver, first + 1 + page, false);
        }
        data = RegionLayout.frames(region, first + 1, PAGES);
        ring = new FrontRing(RegionLayout.frames(region, first, 1), entryBytes);
        ring.initialise();
        return first;
    }

    final long slot(int index) {
        return RingLayout.HEADER_BYTES + (long) (index & slots - 1) * entryBytes;
    }

    @Override
    public void close() {
        wire.close();
    }

    /** One ring and nothing else of a NIC. */
    private final class Ring implements ServedDevice {
        @Override
        public Rings rings(FrontendKeys keys) {
            throw new UnsupportedOperationException("a rehearsal has no store");
        }

        @Override
        public Map<String, String> features(boolean readOnly) {
            return Map.of();
        }

        @Override
        public Map<String, String> properties(boolean readOnly) {
            return Map.of();
        }

        @Override
        public Services connect(ConnectionSpec connection) {
            return NetScript.this::service;
        }

        @Override
        public void close() {
            // The wire is the script's.
        }
    }

    /** A rehearsal of either ring. */
    static List<RehearsalScript> both() {
        return List.of(new TransmitScript(), new ReceiveScript());
    }
}
