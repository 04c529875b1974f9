// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.grant.GrantTable;
import dev.ringfence.protocol.ExtraInfo;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.RxPacket;
import dev.ringfence.protocol.RxRequest;
import dev.ringfence.protocol.TxRequest;
import dev.ringfence.protocol.TxResponse;
import dev.ringfence.ring.FrontRing;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A correct front-end that owns its pages one by one, and believes nothing: a page is free, and then full of a pattern that nobody
 * may change, or granted and named in exactly one slot that is not answered yet.
 */
final class LabGuest {
    private static final byte FREE = (byte) 0xE7;
    private static final int PAGE_BYTES = 4096;

    private final LabNic nic;
    private final LabWire wire;
    private final List<String> violations;
    private final GrantTable table;
    private final FrontRing[] rings;
    private final Deque<Integer> free = new ArrayDeque<>();
    private final byte[] content = new byte[PAGE_BYTES];
    private final byte[] untouched = new byte[PAGE_BYTES];
    private final TxResponse response = new TxResponse();
    private final RxPacket packet = new RxPacket();
    private final List<Integer> received = new ArrayList<>();
    /** What is in the slots that are not answered yet, by ring index, of either ring. */
    private final List<Map<Integer, Slot>> slots = List.of(new TreeMap<>(), new TreeMap<>());

    private int nextBufferId;

    /** @param page of the guest; -1 for an extra info's slot, which has none */
    record Slot(int id, int page, int ref) {
        static final int NO_PAGE = -1;
        static final int ENDED = -1;

        boolean isExtra() {
            return page == NO_PAGE;
        }
    }

    LabGuest(LabNic nic, LabWire wire, int pages, int firstIndex, List<String> violations) {
        this.nic = nic;
        this.wire = wire;
        this.violations = violations;
        table = new GrantTable(nic.region());
        rings = new FrontRing[] {
            new FrontRing(nic.ring(LabNic.TRANSMIT), NetifLayout.TX_REQUEST_BYTES),
            new FrontRing(nic.ring(LabNic.RECEIVE), NetifLayout.RX_REQUEST_BYTES)
        };
        for (FrontRing ring : rings) {
            ring.initialise(firstIndex);
        }
        Arrays.fill(untouched, FREE);
        for (int page = 0; page < pages; page++) {
            nic.page(page).fill(0, PAGE_BYTES, FREE);
            free.add(page);
        }
    }

    boolean isFree(int page) {
        return free.contains(page);
    }

    int freePages() {
        return free.size();
    }

    int freeSlots(int queue) {
        return rings[queue].freeRequests();
    }

    Map<Integer, Slot> slots(int queue) {
        return slots.get(queue);
    }

    /** Numbers of the frames that have arrived, in order. */
    List<Integer> received() {
        return received;
    }

    boolean isPinned(int ref) {
        return table.inUse(ref);
    }

    static int slotsOf(int bytes, int gsoSize) {
        return (bytes + PAGE_BYTES - 1) / PAGE_BYTES + (gsoSize > 0 ? 1 : 0);
    }

    /** Puts a frame on the transmit ring, not yet visible. */
    void transmit(int bytes, int gsoSize) {
        int number = wire.expect(bytes, gsoSize);
        byte[] frame = LabFrames.frame(number, bytes);
        FrontRing ring = rings[LabNic.TRANSMIT];
        for (int at = 0; at < bytes; at += PAGE_BYTES) {
            int piece = Math.min(PAGE_BYTES, bytes - at);
            int page = free.remove();
            nic.page(page).put(0, frame, at, piece);
            int ref = table.grantAccess(LabNic.DOMID, nic.frame(page), true);
            boolean cut = at == 0 && gsoSize > 0;
            int flags = at + piece < bytes ? NetifLayout.MORE_DATA : 0;
            flags |= cut ? NetifLayout.EXTRA_INFO | NetifLayout.TX_CSUM_BLANK : 0;
            int size = at == 0 ? bytes : piece;
            slots.get(LabNic.TRANSMIT).put(ring.requestIndex(), new Slot(number & 0xffff, page, ref));
            TxRequest.encode(ring.window(), ring.requestOffset(), ref, 0, flags, number & 0xffff, size);
            ring.advanceRequest();
            if (cut) {
                slots.get(LabNic.TRANSMIT).put(ring.requestIndex(), new Slot(0, Slot.NO_PAGE, 0));
                ExtraInfo.encodeGso(ring.window(), ring.requestOffset(), NetifLayout.GSO_TCPV4, gsoSize, false);
                ring.advanceRequest();
            }
        }
    }

    /** Posts receive buffers, not yet visible. */
    void post(int count) {
        FrontRing ring = rings[LabNic.RECEIVE];
        for (int i = 0; i < count; i++) {
            int page = free.remove();
            int ref = nic.flips()
                    ? table.acceptTransfer(LabNic.DOMID, nic.frame(page))
                    : table.grantAccess(LabNic.DOMID, nic.frame(page), false);
            int id = nextBufferId++ * 7 & 0xffff;
            slots.get(LabNic.RECEIVE).put(ring.requestIndex(), new Slot(id, page, ref));
            RxRequest.encode(ring.window(), ring.requestOffset(), id, ref);
            ring.advanceRequest();
        }
    }

    /** Shows what was put on a ring; whether the driver wants to be rung. */
    boolean publish(int queue) {
        return rings[queue].publishRequests();
    }

    /** Takes answers, where the driver has rung, until there are none; and asks to be rung for the next. */
    void wakeIfRung() {
        for (int queue = 0; queue < LabNic.QUEUES; queue++) {
            if (nic.isRung(queue)) {
                do {
                    poll(queue);
                } while (violations.isEmpty() && rings[queue].armAndRecheck());
            }
        }
    }

    /** Takes the answers there are on both rings. */
    void poll() {
        poll(LabNic.TRANSMIT);
        poll(LabNic.RECEIVE);
    }

    private void poll(int queue) {
        int available = rings[queue].responsesAvailable();
        while (available > 0) {
            if (queue == LabNic.TRANSMIT) {
                takeAnswer();
            } else if (!takeFrame()) {
                return;
            }
            available = rings[queue].responsesAvailable();
        }
        if (available == FrontRing.OVERFLOW) {
            violations.add("more answers than requests on ring " + queue);
        }
    }

    private void takeAnswer() {
        FrontRing ring = rings[LabNic.TRANSMIT];
        int index = ring.responseIndex();
        response.decode(ring.window(), ring.responseOffset());
        ring.advanceResponse();
        Slot slot = slots.get(LabNic.TRANSMIT).remove(index);
        if (slot.isExtra()) {
            require(response.status() == NetifLayout.NULL, "status of an extra info: " + response.status());
        } else {
            require(response.id() == slot.id(), "transmit slot " + index + " is answered with id=" + response.id());
            require(response.status() == NetifLayout.OKAY, "frame " + slot.id() + ": status=" + response.status());
            takeBack(slot);
        }
    }

    /** All answers of the next frame; false: they are not all there. */
    private boolean takeFrame() {
        FrontRing ring = rings[LabNic.RECEIVE];
        List<Slot> filled = new ArrayList<>();
        packet.begin();
        while (packet.isOpen()) {
            if (ring.responsesAvailable() <= 0) {
                violations.add("half a frame is answered: slots=" + packet.slots());
                return false;
            }
            int id = ring.window().getShort(ring.responseOffset()) & 0xffff;
            packet.add(ring.window(), ring.responseOffset());
            Slot slot = slots.get(LabNic.RECEIVE).remove(ring.responseIndex());
            boolean extra = filled.size() == 1 && packet.gsoSize() > 0;
            require(extra || id == slot.id(), "receive slot " + ring.responseIndex() + " is answered with id=" + id);
            filled.add(nic.flips() ? flipped(slot) : slot);
            ring.advanceResponse();
        }
        check(filled);
        filled.forEach(this::takeBack);
        return true;
    }

    /** With the page that the guest got for its own. */
    private Slot flipped(Slot slot) {
        int frame = table.endTransfer(slot.ref());
        int page = frame < 0 ? slot.page() : nic.pageOf(frame);
        require(frame >= 0, "ref " + slot.ref() + " is answered, and gives no page: " + frame);
        require(!free.contains(page), "the guest is given page " + page + ", which it has");
        return new Slot(slot.id(), page, Slot.ENDED);
    }

    private void check(List<Slot> filled) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < packet.fragmentCount(); i++) {
            nic.page(filled.get(packet.slot(i)).page()).get(packet.offset(i), content, 0, packet.bytes(i));
            bytes.write(content, 0, packet.bytes(i));
        }
        int number = LabFrames.number(bytes.toByteArray(), 0);
        int last = received.isEmpty() ? -1 : received.get(received.size() - 1);
        require(number > last, "frame " + number + " of bytes=" + packet.bytes() + " arrived after " + last);
        received.add(number);
    }

    private void takeBack(Slot slot) {
        require(
                slot.ref() == Slot.ENDED || table.endAccess(slot.ref()),
                "page " + slot.page() + " is in use after its answer");
        nic.page(slot.page()).fill(0, PAGE_BYTES, FREE);
        free.add(slot.page());
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            violations.add(otherwise);
        }
    }

    /** Nobody has written into a page that is the guest's. */
    void checkFreePages() {
        for (int page : free) {
            nic.page(page).get(0, content, 0, PAGE_BYTES);
            require(Arrays.equals(content, untouched), "page " + page + " was written to, and is free");
        }
    }
}
