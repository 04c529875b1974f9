// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.RxRequest;
import dev.ringfence.protocol.TxRequest;
import dev.ringfence.ring.ImplausibleJournalException;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.RingLayout;
import dev.ringfence.ring.Settlement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who owns which page, by what guest and journals say: exactly one, at every instant. */
final class LabOwners {
    private static final int REQ_EVENT = 4;
    private static final int RSP_PROD = 8;
    private static final int NONSENSE = 0x5A5A5A5A;

    private final LabNic nic;
    private final LabGuest guest;
    private final List<String> violations;
    private final Settlement settlement = new Settlement(LabNic.SLOTS);

    LabOwners(LabNic nic, LabGuest guest, List<String> violations) {
        this.nic = nic;
        this.guest = guest;
        this.violations = violations;
    }

    /**
     * <pre>
     *   slot of the guest's that is not answered      in the ring       if the driver has not taken it,
     *                                                 in the journal    if it is not committed either, with the same ref,
     *                                                 answered          otherwise
     * </pre>
     *
     * @param alive the journal's refs and no others are in use; a dead driver's are whatever it left
     */
    void check(boolean alive) {
        Set<Integer> journalled = new HashSet<>();
        for (int queue = 0; queue < LabNic.QUEUES; queue++) {
            journalled.addAll(check(queue));
        }
        if (nic.flips()) {
            new LabTransfers(nic, guest, violations).check();
        }
        int pinning = nic.flips() ? LabNic.RECEIVE : LabNic.QUEUES;
        for (int queue = 0; alive && queue < pinning; queue++) {
            for (LabGuest.Slot slot : guest.slots(queue).values()) {
                if (!slot.isExtra() && guest.isPinned(slot.ref()) != journalled.contains(slot.ref())) {
                    violations.add("ref " + slot.ref() + " in use: " + guest.isPinned(slot.ref()) + ", journalled: "
                            + journalled.contains(slot.ref()));
                }
            }
        }
        guest.checkFreePages();
    }

    /** As a hostile guest, with the driver dead: over indices, and over requests that were taken and not answered. */
    void scribble() {
        for (int queue = 0; queue < LabNic.QUEUES; queue++) {
            Journal journal = nic.journal(queue, settlement);
            Window ring = nic.ring(queue);
            int entryBytes = queue == LabNic.TRANSMIT ? NetifLayout.TX_REQUEST_BYTES : NetifLayout.RX_REQUEST_BYTES;
            for (int at = journal.responseCommitted(); at != journal.requestConsumer(); at++) {
                ring.fill(
                        RingLayout.HEADER_BYTES + (long) (at & LabNic.SLOTS - 1) * entryBytes, entryBytes, (byte) 0xA5);
            }
            if (queue == LabNic.RECEIVE && nic.flips()) {
                new LabTransfers(nic, guest, violations).scribble();
            }
            ring.putInt(REQ_EVENT, NONSENSE);
            ring.putIntRelease(RSP_PROD, NONSENSE);
        }
    }

    private Set<Integer> check(int queue) {
        Journal journal;
        try {
            journal = nic.journal(queue, settlement);
        } catch (ImplausibleJournalException e) {
            violations.add("journal of queue " + queue + ": " + e.getMessage());
            return Set.of();
        }
        Map<Integer, Integer> refs = refs(queue, journal);
        for (Map.Entry<Integer, LabGuest.Slot> slot : guest.slots(queue).entrySet()) {
            int index = slot.getKey();
            boolean inFlight = index - journal.requestConsumer() < 0 && index - journal.responseCommitted() >= 0;
            Integer ref = refs.remove(index);
            if (inFlight != (ref != null)
                    || ref != null
                            && !slot.getValue().isExtra()
                            && ref != slot.getValue().ref()) {
                violations.add("slot " + index + " of queue " + queue + " has ref "
                        + slot.getValue().ref() + " and is journalled with " + ref + ", in flight: " + inFlight);
            }
        }
        if (!refs.isEmpty()) {
            violations.add("journalled slots of queue " + queue + " that the guest does not wait for: " + refs);
        }
        return inFlight(queue, journal);
    }

    /** By ring index what the journal says is in flight. */
    private Map<Integer, Integer> refs(int queue, Journal journal) {
        Map<Integer, Integer> refs = new HashMap<>();
        for (int i = 0; i < settlement.answeredCount() + settlement.unfinishedCount(); i++) {
            int entry = entry(i);
            for (int slot = 0; slot < journal.ringSlots(entry); slot++) {
                Integer before = refs.put(journal.ringIndex(entry) + slot, ref(queue, journal, entry, slot));
                if (before != null) {
                    violations.add("slot " + (journal.ringIndex(entry) + slot) + " is journalled twice");
                }
            }
        }
        return refs;
    }

    private Set<Integer> inFlight(int queue, Journal journal) {
        return new HashSet<>(refs(queue, journal).values());
    }

    private int entry(int n) {
        int answered = settlement.answeredCount();
        return n < answered ? settlement.answered(n) : settlement.unfinished(n - answered);
    }

    private static int ref(int queue, Journal journal, int entry, int slot) {
        long at = slot == 0
                ? journal.requestOffset(entry)
                : journal.attachmentOffset(entry) + (slot - 1L) * NetifLayout.TX_REQUEST_BYTES;
        if (queue == LabNic.TRANSMIT) {
            TxRequest request = new TxRequest();
            request.decode(journal.window(), at);
            return request.gref();
        }
        RxRequest request = new RxRequest();
        request.decode(journal.window(), at);
        return request.gref();
    }
}
