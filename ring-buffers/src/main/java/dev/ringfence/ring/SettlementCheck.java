// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static dev.ringfence.ring.JournalLayout.*;

import dev.ringfence.memory.Window;

/** Whether a journal can have been left by a driver that kept to the steps; what can't is not guessed at. */
final class SettlementCheck {
    private final Window control;
    private final int slots;

    SettlementCheck(Window control, int slots) {
        this.control = control;
        this.slots = slots;
    }

    void header() {
        require(control.getInt(HEADER_MAGIC) == MAGIC, "magic", control.getInt(HEADER_MAGIC));
        require(control.getInt(HEADER_VERSION) == VERSION, "version", control.getInt(HEADER_VERSION));
        require(control.getInt(HEADER_SLOTS) == slots, "slots", control.getInt(HEADER_SLOTS));
    }

    /** An entry that is not free. */
    void entry(int entry, int state, int consumer, int committed, int takenSum, int doneSum) {
        long at = JournalLayout.entry(entry);
        require(state == TAKEN || state == STARTED || state == DONE, "state", state);
        require(control.getInt(at + ENTRY_TAKEN_SUM) == takenSum, "takenSum", entry);
        // Of the ring's last requests: at most one ring behind the consumer, or the one it was about to pass.
        int behind = consumer - control.getInt(at + ENTRY_RING_INDEX);
        require(behind >= 0 && behind <= 2 * slots, "ringIndex", control.getInt(at + ENTRY_RING_INDEX));
        require(behind > 0 || state == TAKEN, "ringIndex of a started entry", entry);
        int ringSlots = control.getInt(at + ENTRY_RING_SLOTS);
        require(ringSlots >= 1 && ringSlots <= slots, "ringSlots", ringSlots);
        if (state == DONE) {
            require(control.getInt(at + ENTRY_DONE_SUM) == doneSum, "doneSum", entry);
            int ahead = control.getInt(at + ENTRY_RESPONSE_INDEX) - committed;
            require(ahead >= -slots && ahead < slots, "responseIndex", control.getInt(at + ENTRY_RESPONSE_INDEX));
        }
    }

    /** The consumer index, moved on over a request that was recorded but not yet passed. */
    int consumer(int consumer, int committed, Settlement settlement) {
        int inFlight = settlement.ringSlots();
        int recorded = consumer - committed;
        require(inFlight <= slots, "slots in flight", inFlight);
        if (inFlight == recorded) {
            return consumer;
        }
        require(settlement.unfinishedCount() > 0, "taken entries", 0);
        long last = JournalLayout.entry(settlement.unfinished(settlement.unfinishedCount() - 1));
        int ringSlots = control.getInt(last + ENTRY_RING_SLOTS);
        require(inFlight == recorded + ringSlots, "slots in flight", inFlight);
        int ringIndex = control.getInt(last + ENTRY_RING_INDEX);
        require(ringIndex == consumer, "ringIndex of the last entry", ringIndex);
        return consumer + ringSlots;
    }

    void responses(Settlement settlement, Journal journal, int committed) {
        int next = committed;
        for (int i = 0; i < settlement.answeredCount(); i++) {
            int index = journal.responseIndex(settlement.answered(i));
            require(index == next, "responseIndex", index);
            next += journal.ringSlots(settlement.answered(i));
        }
        for (int i = 1; i < settlement.unfinishedCount(); i++) {
            long sequence = journal.sequence(settlement.unfinished(i));
            require(sequence > journal.sequence(settlement.unfinished(i - 1)), "sequence", (int) sequence);
        }
    }

    private static void require(boolean holds, String name, int value) {
        if (!holds) {
            throw new ImplausibleJournalException(name + "=" + value);
        }
    }
}
