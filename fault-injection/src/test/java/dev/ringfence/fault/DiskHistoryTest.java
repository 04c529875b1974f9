// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault;

import static dev.ringfence.fault.DiskHistory.INITIAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.DiskHistory.Kind;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class DiskHistoryTest {
    private static final int ERROR = -1;

    private final DiskHistory history = new DiskHistory(false);

    @Test
    void aDiskThatDoesWhatItIsToldHasNoViolations() {
        history.submitted(1, Kind.WRITE, 0, 2);
        history.answered(1, 0);
        history.submitted(2, Kind.DISCARD, 1, 1);
        history.answered(2, 0);
        history.submitted(3, Kind.READ, 0, 3);
        history.answered(3, 0, 1, SectorTag.ZEROES, INITIAL);
        history.submitted(4, Kind.FLUSH, 0, 0);
        history.answered(4, 0);
        history.finished(new long[] {1, SectorTag.ZEROES, INITIAL});
        assertThat(history.violations()).isEmpty();
        assertThat(history.unanswered()).isZero();
    }

    @Test
    void aRequestThatIsNeverAnsweredIsNoticed() {
        history.submitted(1, Kind.FLUSH, 0, 0);
        assertThat(history.violations()).singleElement().asString().contains("request 1", "never answered");
    }

    @Test
    void aSecondAnswerIsNoticed() {
        history.submitted(1, Kind.FLUSH, 0, 0);
        history.answered(1, 0);
        history.answered(1, 0);
        assertThat(history.violations()).singleElement().asString().contains("request 1", "again");
    }

    @Test
    void anAnswerToNothingIsNoticed() {
        history.answered(1, 0);
        assertThat(history.violations()).singleElement().asString().contains("answer to nothing");
    }

    @Test
    void aFailureIsNoticed() {
        history.submitted(1, Kind.WRITE, 0, 1);
        history.answered(1, ERROR);
        assertThat(history.violations()).singleElement().asString().contains("failed");
    }

    @Test
    void anAcknowledgedWriteThatTheImageLacksIsNoticed() {
        history.submitted(1, Kind.WRITE, 0, 1);
        history.answered(1, 0);
        history.finished(new long[] {INITIAL});
        assertThat(history.violations()).singleElement().asString().contains("sector 0");
    }

    @Test
    void aTornSectorIsNoticed() {
        history.submitted(1, Kind.READ, 5, 1);
        history.answered(1, 0, SectorTag.GARBLED);
        assertThat(history.violations()).singleElement().asString().contains("sector 5");
    }

    @Test
    void aFlushErrorMayBeToldButNotForgotten() {
        DiskHistory flushes = new DiskHistory(true);
        flushes.submitted(1, Kind.FLUSH, 0, 0);
        flushes.submitted(2, Kind.FLUSH, 0, 0);
        flushes.answered(1, ERROR);
        flushes.answered(2, 0);
        assertThat(flushes.violations()).isEmpty();
        assertThat(flushes.failures()).isOne();
        flushes.submitted(3, Kind.FLUSH, 0, 0);
        flushes.answered(3, 0);
        assertThat(flushes.violations()).singleElement().asString().contains("request 3");
    }

    @Test
    void aTagTellsItsWriterAndItsPlace() {
        ByteBuffer memory = ByteBuffer.allocate(3 * SectorTag.BYTES);
        SectorTag.write(memory, SectorTag.BYTES, 9, 77);
        assertThat(SectorTag.read(memory, SectorTag.BYTES, 9)).isEqualTo(77);
        assertThat(SectorTag.read(memory, SectorTag.BYTES, 8)).isEqualTo(SectorTag.GARBLED);
        assertThat(SectorTag.read(memory, 0, 9)).isEqualTo(SectorTag.ZEROES);
        memory.put(2 * SectorTag.BYTES - 1, (byte) 1);
        assertThat(SectorTag.read(memory, SectorTag.BYTES, 9)).isEqualTo(SectorTag.GARBLED);
    }
}
