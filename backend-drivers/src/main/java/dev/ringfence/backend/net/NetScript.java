// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.FrontendKeys;
import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueService;
import dev.ringfence.backend.RehearsalScript;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.ReceiveMode;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.DatagramPair;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.FrontRing;
import dev.ringfence.ring.RingLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A guest's part in the rehearsal of one ring of a NIC. The wire is a pipe: the same system calls as a TAP device's, and no
 * right is needed to make one.
 */
abstract class NetScript implements RehearsalScript {
    static final int PAGES = 20;
    private static final int MTU = 1500;
    /** From which, and to which, the frames of the rehearsal go. */
    private static final long OWN_ADDRESS = 0x0200_0000_0002L;

    private static final long OTHER_ADDRESS = 0x0200_0000_0001L;

    private final int entryBytes;
    private final int slots;
    private final Doorbell.Pair wire = Doorbell.create();
    private final ServedDevice device = new Ring();
    FrontRing ring;
    GrantMap predecessorsGrants;
    GrantTable table;
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
    public int frames() {
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
        table = new GrantTable(region);
        predecessorsGrants = new GrantMap(region, driver);
        for (int page = 0; page < PAGES; page++) {
            refs[page] = offer(driver, first + 1 + page);
        }
        data = RegionLayout.frames(region, first + 1, PAGES);
        ring = new FrontRing(RegionLayout.frames(region, first, 1), entryBytes);
        ring.initialise();
        return first;
    }

    /** The ref of a page that requests may name. */
    int offer(int driver, int frame) {
        return table.grantAccess(driver, frame, false);
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
        public Map<String, String> features(String connection, boolean readOnly) {
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

    /**
     * Rehearsals of both rings for every kind of device that a process has: what runs through a switch is other code. So is each way
     * to receive.
     *
     * @param taps and {@code switches}: the kinds
     */
    static List<RehearsalScript> all(boolean taps, boolean switches, Set<ReceiveMode> modes) {
        List<RehearsalScript> scripts = new ArrayList<>();
        if (taps) {
            scripts.add(new TransmitScript(wire -> new TapPort(wire.ringer(), MTU)));
            modes.forEach(mode -> scripts.add(new ReceiveScript(wire -> new TapPort(wire.listener(), MTU), mode)));
        }
        if (switches) {
            scripts.add(new TransmitScript(NetScript::switchPort));
            modes.forEach(mode -> scripts.add(new ReceiveScript(NetScript::switchPort, mode)));
        }
        return scripts;
    }

    /** At a switch with one other port; what is sent there and what arrives here is the wire's. */
    private static NetworkPort switchPort(Doorbell.Pair wire) {
        Inboxes inboxes = new Inboxes(List.of(new DatagramPair(wire.ringer(), wire.listener())), MTU);
        inboxes.attach(1);
        EthernetSwitch lan = new EthernetSwitch(
                new ForwardingTable(8, Long.MAX_VALUE, 0),
                List.of(inboxes, inboxes),
                Map.of(OWN_ADDRESS, 0, OTHER_ADDRESS, 1),
                System::nanoTime);
        SourceRule rule = new SourceRule(OWN_ADDRESS, false, List.of());
        Ingress ingress = new Ingress("rehearsal", 0, Optional.of(rule), new StormGuard(1, System.nanoTime()));
        return new SwitchPort(lan, ingress, inboxes, 0, () -> {});
    }
}
