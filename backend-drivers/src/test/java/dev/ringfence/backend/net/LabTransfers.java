// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.grant.OwnershipTable;
import dev.ringfence.grant.PageTransfer;
import dev.ringfence.ring.ImplausibleJournalException;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether the table of owners, where pages are flipped, says what guest, grant table and journal say. */
final class LabTransfers {
    private static final int ENTRY_BYTES = 8;
    private static final int COMPLETED = 2 | 4 | 8;
    private static final int NONSENSE = 0x5A5A5A5A;

    private final LabNic nic;
    private final LabGuest guest;
    private final List<String> violations;
    private final OwnershipTable owners;
    private final Settlement settlement = new Settlement(LabNic.SLOTS);

    LabTransfers(LabNic nic, LabGuest guest, List<String> violations) {
        this.nic = nic;
        this.guest = guest;
        this.violations = violations;
        this.owners = nic.owners();
    }

    /**
     * <pre>
     *   page that the guest has, or has granted                            the guest's
     *   posted, and not answered                                           the guest's
     *   answered by a frame that is whole in the journal, not committed    changes hands: it, then the full one; never neither's
     *   committed                                                          the full one, which the entry names, the guest's
     *   all others                                                         the driver's
     * </pre>
     */
    void check() {
        Journal journal;
        try {
            journal = nic.journal(LabNic.RECEIVE, settlement);
        } catch (ImplausibleJournalException e) {
            violations.add("journal: " + e.getMessage());
            return;
        }
        Map<Integer, Integer> changing = changing(journal);
        Set<Integer> guests = guests(journal, changing);
        int drivers = 0;
        for (int page = 0; page < nic.pages(); page++) {
            int word = owners.word(nic.frame(page));
            boolean ours = OwnershipTable.isOf(word, LabNic.DOMID, LabNic.RECEIVE);
            drivers += ours ? 1 : 0;
            if (!ours && OwnershipTable.owner(word) != LabNic.GUEST) {
                violations.add("page " + page + " has an owner that nobody is: " + OwnershipTable.owner(word));
            }
            boolean settled = !changing.containsKey(page) && !changing.containsValue(page);
            if (settled && ours == guests.contains(page)) {
                violations.add("page " + page + " is the driver's: " + ours + ", and the guest counts on it");
            }
        }
        changing.forEach((empty, full) -> {
            if (isGuests(empty) && isGuests(full)) {
                violations.add("the guest has both page " + empty + " and what it gets for it, " + full);
            }
        });
        int pool = nic.pages() - LabRun.PAGES;
        if (drivers != pool && (changing.isEmpty() || drivers != pool + 1)) {
            violations.add("pages of the driver: " + drivers + " of " + pool);
        }
    }

    private boolean isGuests(int page) {
        return OwnershipTable.owner(owners.word(nic.frame(page))) == LabNic.GUEST;
    }

    /** What may be changing hands: by the empty page, the full one. */
    private Map<Integer, Integer> changing(Journal journal) {
        int whole = settlement.answeredCount();
        while (whole > 0 && !RxAnswer.isLast(journal.status(settlement.answered(whole - 1)))) {
            whole--;
        }
        Map<Integer, Integer> changing = new HashMap<>();
        for (int i = 0; i < whole; i++) {
            long at = journal.attachmentOffset(settlement.answered(i));
            if (!PageTransfer.isReturn(journal.window(), at)) {
                changing.put(
                        nic.pageOf(PageTransfer.empty(journal.window(), at)),
                        nic.pageOf(PageTransfer.full(journal.window(), at)));
            }
        }
        return changing;
    }

    private Set<Integer> guests(Journal journal, Map<Integer, Integer> changing) {
        Set<Integer> guests = new HashSet<>();
        for (int page = 0; page < nic.pages(); page++) {
            if (guest.isFree(page)) {
                guests.add(page);
            }
        }
        guest.slots(LabNic.TRANSMIT).values().forEach(slot -> guests.add(slot.page()));
        guest.slots(LabNic.RECEIVE).forEach((index, slot) -> {
            boolean committed = index - journal.responseCommitted() < 0;
            int page = committed ? given(slot) : slot.page();
            if (!guests.add(page) || committed && changing.containsKey(page)) {
                violations.add("page " + page + " is the guest's twice");
            }
        });
        return guests;
    }

    /** The page that the entry of an answered slot names. */
    private int given(LabGuest.Slot slot) {
        int word = nic.region().getInt((long) slot.ref() * ENTRY_BYTES);
        if ((word & COMPLETED) != COMPLETED) {
            violations.add("ref " + slot.ref() + " is answered and not completed: " + Integer.toHexString(word));
        }
        return nic.pageOf(nic.region().getInt((long) slot.ref() * ENTRY_BYTES + Integer.BYTES));
    }

    /** As a hostile guest: over the entries of what it is about to be given. */
    void scribble() {
        Journal journal = nic.journal(LabNic.RECEIVE, settlement);
        Set<Integer> refs = new HashSet<>();
        for (int i = 0; i < settlement.answeredCount(); i++) {
            int entry = settlement.answered(i);
            refs.add(guest.slots(LabNic.RECEIVE).get(journal.ringIndex(entry)).ref());
            if (RxAnswer.isLast(journal.status(entry))) {
                refs.forEach(ref -> nic.region().fill((long) ref * ENTRY_BYTES, ENTRY_BYTES, (byte) NONSENSE));
                refs.clear();
            }
        }
    }
}
