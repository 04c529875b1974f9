// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.domain.DeviceKind;
import dev.ringfence.hypervisor.health.ViolationReport;
import dev.ringfence.hypervisor.health.ViolationReport.Verdict;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.protocol.EntropyLayout;
import dev.ringfence.protocol.EntropyRequest;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a guest says is believed where the journal, which it can't write, says the same. */
final class JournalEvidenceTest {
    private static final int SLOTS = 32;
    private static final long ID = 0x1234;

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-evidence", ControlRegion.bytes(1, SLOTS));

    private final ControlRegion region = new ControlRegion(memory.window(), 1, SLOTS);
    private Journal driver;

    @BeforeEach
    void attach() {
        region.initialise();
        driver = new Journal(region.queue(0), SLOTS);
        driver.settle(new Settlement(SLOTS));
    }

    private void answer(long id, int status, int index) {
        BlockRequest request = new BlockRequest();
        request.asDirect(BlkifLayout.READ, 0, id, 0);
        int entry = driver.open();
        request.encode(driver.window(), driver.requestOffset(entry));
        driver.take(entry, BlkifLayout.REQUEST_BYTES, 0);
        driver.start(entry);
        driver.done(entry, status, index);
        driver.commit(index + 1);
        driver.release(entry);
    }

    private Verdict complain(int index, long id, int operation, int status) {
        return complain(DeviceKind.BLOCK, index, id, operation, status);
    }

    private Verdict complain(DeviceKind kind, int index, long id, int operation, int status) {
        Journal hypervisors = new Journal(region.queue(0), SLOTS);
        return new JournalEvidence(hypervisors, kind)
                .check(new ViolationReport(3, "3/51712.0", index, id, operation, status, ""));
    }

    @Test
    void aStatusThatBlkifDoesNotKnowIsProven() {
        answer(ID, 17, 0);

        assertThat(complain(0, ID, BlkifLayout.READ, 17)).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void anAnswerThatTheGuestAskedForIsRefuted() {
        answer(ID, BlkifLayout.OKAY, 0);

        assertThat(complain(0, ID, BlkifLayout.READ, BlkifLayout.OKAY)).isEqualTo(Verdict.REFUTED);
    }

    @Test
    void aSlotThatSaysSomethingElseMayBeTheGuestsOwnWork() {
        answer(ID, BlkifLayout.OKAY, 0);

        assertThat(complain(0, ID, BlkifLayout.READ, 17)).isEqualTo(Verdict.OPEN);
        assertThat(complain(0, 0x4711, BlkifLayout.READ, 0)).isEqualTo(Verdict.OPEN);
        assertThat(complain(0, ID, BlkifLayout.WRITE, 0)).isEqualTo(Verdict.OPEN);
    }

    @Test
    void whatTheJournalHasForgottenIsOpen() {
        answer(ID, 17, 0);
        answer(ID, BlkifLayout.OKAY, 1);

        assertThat(complain(0, ID, BlkifLayout.READ, 17)).isEqualTo(Verdict.OPEN);
        assertThat(complain(5, ID, BlkifLayout.READ, 17)).isEqualTo(Verdict.OPEN);
    }

    private void answerEntropy(int length, int status) {
        int entry = driver.open();
        EntropyRequest.encode(driver.window(), driver.requestOffset(entry), ID, 8, length);
        driver.take(entry, EntropyLayout.ENTRY_BYTES, 0);
        driver.start(entry);
        driver.done(entry, status, 0);
        driver.commit(1);
        driver.release(entry);
    }

    @Test
    void moreRandomBytesThanWereAskedForAreProven() {
        answerEntropy(100, 101);

        assertThat(complain(DeviceKind.ENTROPY, 0, ID, 0, 101)).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void randomBytesThatWereAskedForAreRefuted() {
        answerEntropy(100, 100);

        assertThat(complain(DeviceKind.ENTROPY, 0, ID, 0, 100)).isEqualTo(Verdict.REFUTED);
        assertThat(complain(DeviceKind.ENTROPY, 0, ID, 0, 101)).isEqualTo(Verdict.OPEN);
    }

    @Test
    void aLengthThatANicAnswersIsNoStatus() {
        answer(ID, 1500, 0);

        assertThat(complain(DeviceKind.NET, 0, ID, 0, 1500)).isEqualTo(Verdict.OPEN);
    }
}
