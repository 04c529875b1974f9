// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.ImplausibleJournalException;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.util.Optional;

/** What a successor would find in a queue's journal. */
record JournalState(int requestConsumer, int responseCommitted, int inFlight) {
    /**
     * What is wrong with a journal of which everything is answered.
     *
     * @param made requests
     */
    static Optional<String> unlessIdle(Window control, int slots, int made) {
        try {
            JournalState state = of(control, slots);
            return state.equals(new JournalState(made, made, 0)) ? Optional.empty() : Optional.of(state.toString());
        } catch (ImplausibleJournalException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Of the journal as it is now; it is not touched. */
    static JournalState of(Window control, int slots) {
        try (SharedMemory copy = SharedMemory.create("lab-journal", Journal.bytes(slots))) {
            control.copyTo(0, copy.window(), 0, control.bytes());
            Journal journal = new Journal(copy.window(), slots);
            Settlement settlement = new Settlement(slots);
            journal.settle(settlement);
            return new JournalState(
                    journal.requestConsumer(),
                    journal.responseCommitted(),
                    settlement.answeredCount() + settlement.unfinishedCount());
        }
    }
}
