// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JournalTest {
    private static final int SLOTS = 8;
    private static final int REQUEST_BYTES = 112;

    private final SharedMemory memory = SharedMemory.create("test", Journal.bytes(SLOTS));
    private final Settlement settlement = new Settlement(SLOTS);
    private final Journal journal = new Journal(memory.window(), SLOTS);

    @BeforeEach
    void layOut() {
        journal.initialise(0);
        journal.settle(settlement);
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private int take(Journal owner, long tag) {
        int entry = owner.open();
        owner.window().putLong(owner.requestOffset(entry), tag);
        owner.take(entry, REQUEST_BYTES, 0);
        return entry;
    }

    private Journal successor() {
        Journal successor = new Journal(memory.window(), SLOTS);
        successor.settle(settlement);
        return successor;
    }

    @Test
    void hasNothingToSettleWhenFresh() {
        assertThat(settlement.answeredCount() + settlement.unfinishedCount()).isZero();
        assertThat(journal.ownership()).isEqualTo(Journal.Ownership.FRESH);
    }

    @Test
    void tellsASuccessorWhatWasTakenAndWhatWasStarted() {
        int first = take(journal, 1);
        int second = take(journal, 2);
        journal.start(second);
        Journal successor = successor();
        assertThat(settlement.unfinishedCount()).isEqualTo(2);
        assertThat(settlement.startedCount()).isEqualTo(1);
        assertThat(settlement.unfinished(0)).isEqualTo(first);
        assertThat(settlement.unfinished(1)).isEqualTo(second);
        assertThat(successor.requestConsumer()).isEqualTo(2);
        assertThat(successor.attempts(second)).isEqualTo(1);
        assertThat(successor.window().getLong(successor.requestOffset(second))).isEqualTo(2);
    }

    @Test
    void tellsASuccessorWhatWasAnsweredInTheOrderOfTheAnswers() {
        int first = take(journal, 1);
        int second = take(journal, 2);
        journal.done(second, 0, 0);
        journal.done(first, -1, 1);
        successor();
        assertThat(settlement.answered(0)).isEqualTo(second);
        assertThat(settlement.answered(1)).isEqualTo(first);
        assertThat(settlement.unfinishedCount()).isZero();
    }

    @Test
    void freesWhatWasCommittedAndNotReleased() {
        int first = take(journal, 1);
        journal.done(first, 0, 0);
        journal.commit(1);
        Journal successor = successor();
        assertThat(settlement.answeredCount()).isZero();
        assertThat(successor.responseCommitted()).isEqualTo(1);
        for (int i = 0; i < SLOTS; i++) {
            take(successor, i);
        }
        assertThat(successor.inFlight()).isEqualTo(SLOTS);
    }

    @Test
    void refusesWhatNoDriverKeepingToTheStepsLeaves() {
        int entry = take(journal, 1);
        journal.start(entry);
        Window window = memory.window();
        long last = Journal.bytes(SLOTS);
        SplittableRandom random = new SplittableRandom(4711);
        // Whatever word of the used entry or of the indices is overwritten, it is noticed or makes no difference.
        for (int i = 0; i < 2_000; i++) {
            long offset = 4096 + random.nextLong((last - 4096) / 4) * 4;
            int before = window.getInt(offset);
            int garbage = random.nextInt();
            window.putInt(offset, garbage);
            try {
                new Journal(window, SLOTS).settle(settlement);
                assertThat(settlement.unfinishedCount())
                        .as("seed 4711, round " + i)
                        .isEqualTo(1);
            } catch (ImplausibleJournalException noticed) {
                assertThat(noticed).hasMessageContaining("=");
            }
            window.putInt(offset, before);
        }
        successor();
        assertThat(settlement.unfinishedCount()).isEqualTo(1);
    }

    @Test
    void convictsARequestOfTheSecondDeathThatIsNobodysOrderWhileItWasAlone() {
        int culprit = take(journal, 1);
        int bystander = take(journal, 2);
        journal.start(culprit);
        Journal heir = successor();
        heir.judge(settlement, false);
        assertThat(heir.isConvicted(culprit)).as("it was not alone").isFalse();

        boolean[] ordered = {false, true, false};
        for (int death = 0; death < ordered.length; death++) {
            assertThat(heir.isConvicted(culprit)).isFalse();
            heir.startAlone(culprit);
            heir = successor();
            heir.judge(settlement, ordered[death]);
            heir.judge(settlement, ordered[death]);
        }
        assertThat(heir.isConvicted(culprit)).isTrue();
        assertThat(heir.isConvicted(bystander)).isFalse();
        assertThat(heir.attempts(culprit)).isEqualTo(4);
    }

    @Test
    void acquitsARequestThatWasAnswered() {
        int entry = take(journal, 1);
        for (int death = 0; death < 2; death++) {
            journal.startAlone(entry);
            successor().judge(settlement, false);
        }
        Journal heir = successor();
        heir.done(entry, -1, 0);
        heir.commit(1);
        heir.release(entry);
        assertThat(heir.isConvicted(take(heir, 2))).isFalse();
    }

    @Test
    void refusesAnotherVersion() {
        memory.window().putInt(JournalLayout.HEADER_VERSION, JournalLayout.VERSION + 1);
        assertThatThrownBy(this::successor).isInstanceOf(ImplausibleJournalException.class);
    }

    private int take(Journal owner, long tag, int ringSlots) {
        int entry = owner.open();
        owner.window().putLong(owner.requestOffset(entry), tag);
        owner.take(entry, REQUEST_BYTES, 0, ringSlots);
        return entry;
    }

    @Test
    void aRequestOfSeveralSlotsMovesOnByAllOfThem() {
        int first = take(journal, 1, 3);
        int second = take(journal, 2, 1);
        int third = take(journal, 3, 4);
        assertThat(journal.requestConsumer()).isEqualTo(SLOTS);
        journal.done(first, 0, 0);
        journal.done(second, 0, 3);
        Journal heir = successor();
        assertThat(settlement.answeredCount()).isEqualTo(2);
        assertThat(settlement.unfinished(0)).isEqualTo(third);
        assertThat(heir.ringIndex(third)).isEqualTo(4);
        assertThat(heir.ringSlots(third)).isEqualTo(4);
        assertThat(heir.requestConsumer()).isEqualTo(SLOTS);
        heir.commit(4);
        heir.release(first);
        heir.release(second);
        Journal next = successor();
        assertThat(settlement.answeredCount()).isZero();
        assertThat(next.inFlight()).isEqualTo(4);
        next.done(third, 0, 4);
        next.commit(8);
        successor();
        assertThat(settlement.unfinishedCount() + settlement.answeredCount()).isZero();
    }

    @Test
    void takesOverARequestOfSeveralSlotsThatItsPredecessorHadNotPassed() {
        take(journal, 1, 2);
        take(journal, 2, 3);
        memory.window().putInt(JournalLayout.HEADER_REQUEST_CONSUMER, 2);
        assertThat(successor().requestConsumer()).isEqualTo(5);
        memory.window().putInt(JournalLayout.HEADER_REQUEST_CONSUMER, 3);
        assertThatThrownBy(this::successor).isInstanceOf(ImplausibleJournalException.class);
    }

    @Test
    void findsTheAnswerThatASlotBelongsTo() {
        int first = take(journal, 1, 3);
        int second = take(journal, 2, 2);
        journal.done(first, 0, 0);
        journal.done(second, 0, 3);
        assertThat(journal.findAnswer(2)).isEqualTo(first);
        assertThat(journal.findAnswer(3)).isEqualTo(second);
        assertThat(journal.findAnswer(5)).isEqualTo(-1);
    }

    @Test
    void anAnswerThatWasTakenBackWaitsAgain() {
        int first = take(journal, 1);
        int second = take(journal, 2);
        take(journal, 3);
        journal.done(first, 0, 0);
        journal.done(second, 0, 1);
        Journal heir = successor();
        heir.reopen(second);
        heir = successor();
        assertThat(settlement.answeredCount()).isEqualTo(1);
        heir.reopen(first);
        heir = successor();
        assertThat(settlement.answeredCount()).isZero();
        assertThat(settlement.unfinished(0)).isEqualTo(first);
        assertThat(settlement.unfinished(1)).isEqualTo(second);
        heir.done(first, 7, 0);
        assertThat(heir.status(first)).isEqualTo(7);
        successor();
        assertThat(settlement.answered(0)).isEqualTo(first);
    }
}
