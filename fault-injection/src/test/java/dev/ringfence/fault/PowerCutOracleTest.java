// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault;

import static dev.ringfence.fault.DiskHistory.INITIAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.DiskHistory.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PowerCutOracleTest {
    private static final int ERROR = -1;

    private final PowerCutOracle oracle = new PowerCutOracle();

    private void write(long id) {
        oracle.submitted(id, Kind.WRITE, 0, 1);
    }

    private void flush(long id) {
        oracle.submitted(id, Kind.FLUSH, 0, 0);
    }

    private boolean mayHold(long flush, long value) {
        return oracle.powerCut(flush, 0, value).isEmpty();
    }

    @Test
    void whatWasAnsweredBeforeAFlushIsThere() {
        write(1);
        oracle.answered(1, 0);
        flush(2);
        assertThat(mayHold(2, 1)).isTrue();
        assertThat(mayHold(2, INITIAL)).isFalse();
        assertThat(mayHold(2, SectorTag.GARBLED)).isFalse();
        assertThat(oracle.powerCut(2, 0, INITIAL).orElseThrow()).contains("sector 0", "flush 2", "overwritten");
    }

    @Test
    void whatWasNotAnsweredMayBeThereOrNot() {
        write(1);
        oracle.answered(1, 0);
        write(2);
        flush(3);
        write(4);
        oracle.answered(4, 0);
        assertThat(List.of(1L, 2L, 4L)).allMatch(value -> mayHold(3, value));
        assertThat(mayHold(3, INITIAL)).isFalse();
        assertThat(mayHold(3, 5)).isFalse();
    }

    @Test
    void whatFailedMayBeThereOrNot() {
        write(1);
        oracle.answered(1, ERROR);
        flush(2);
        assertThat(mayHold(2, 1)).isTrue();
        assertThat(mayHold(2, INITIAL)).isTrue();
    }

    /** Both writes are answered; what was read between them and the flush says which of them came last. */
    @Test
    void aReadTellsWhichOfTwoWritesCameLast() {
        write(1);
        write(2);
        oracle.answered(1, 0);
        oracle.answered(2, 0);
        flush(3);
        assertThat(mayHold(3, 1)).isTrue();
        assertThat(mayHold(3, 2)).isTrue();
        oracle.submitted(4, Kind.READ, 0, 1);
        oracle.answered(4, 0, 2);
        assertThat(mayHold(3, 1)).isFalse();
        assertThat(mayHold(3, 2)).isTrue();
    }

    @Test
    void aDiscardedSectorIsZeroOnceTheDiscardIsAnswered() {
        oracle.submitted(1, Kind.DISCARD, 0, 1);
        flush(2);
        assertThat(mayHold(2, INITIAL)).isTrue();
        assertThat(mayHold(2, SectorTag.ZEROES)).isTrue();
        oracle.answered(2, 0);
        oracle.answered(1, 0);
        flush(3);
        assertThat(mayHold(3, INITIAL)).isFalse();
        assertThat(mayHold(3, SectorTag.ZEROES)).isTrue();
    }

    /** A power cut is a read of the medium, somewhere between the flush and its answer: the whole history says the same. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithTheJudgeOfWholeHistories(long seed) {
        RegisterGame game = new RegisterGame(seed);
        for (int step = 0; step < 400; step++) {
            game.step();
        }
        assertThat(game.disagreements()).isEmpty();
        assertThat(game.judged()).isGreaterThan(100);
        assertThat(game.refused()).isGreaterThan(20);
    }

    @Test
    void remembersNoHistory() {
        for (long id = 1; id < 100_000; id += 2) {
            write(id);
            oracle.answered(id, 0);
            flush(id + 1);
            oracle.answered(id + 1, 0);
        }
        assertThat(oracle.remembered()).isLessThan(4);
    }
}
