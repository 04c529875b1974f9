// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.ring.Defect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No rule of the journal is there for nothing: a driver without it is caught. */
class DefectTest {
    /** When nothing is answered any more, that is what is to be found out. */
    private static final int PATIENCE_MILLIS = 2_000;

    private final Lab lab = new Lab();

    @AfterEach
    void close() {
        lab.close();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            // HazardsTest has the first ones, NicTakeoverTest and the flips' tests the last, a network driver's.
            names = {
                "NONE",
                "REPLAY_DROPPED",
                "DONE_REDONE",
                "COMMITTED_BEFORE_RESPONSE",
                "RESPONSES_NOT_REPUBLISHED",
                "REPLAY_REVERSED",
                "PUBLISHED_BEFORE_COMMIT",
                "PINS_NOT_REBUILT",
                "STARTED_NOT_JOURNALLED",
                "PACKET_TAKEN_AS_ONE_SLOT",
                "EXTRA_INFO_ANSWERED_AS_FRAGMENT",
                "FRAME_COMMITTED_IN_PIECES",
                "FILLED_BUFFERS_FORGOTTEN",
                "FLIPPED_BEFORE_JOURNALLED",
                "FLIPPED_PAGE_FILLED_AT_ONCE",
                "FLIP_NOT_FINISHED"
            })
    void aDriverThatBreaksARuleIsCaught(Defect defect) {
        Sweep.Outcome outcome = Sweep.of(lab, revealing(defect), PATIENCE_MILLIS, "-Dringfence.defect=" + defect);

        assertThat(outcome.violation()).isPresent();
    }

    /** Most show in what any guest sees. */
    private static Sweeps revealing(Defect defect) {
        return switch (defect) {
            case GATE_OPEN, CLAIMS_OFF, CLAIM_ENDS_BEFORE_DONE -> Sweeps.SLOW_QUEUE;
            case FLUSH_ERROR_FORGOTTEN -> Sweeps.FAILING_FLUSH;
            case COMMIT_POINT_FROM_RING -> Sweeps.HOSTILE;
            default -> Sweeps.MIXED;
        };
    }
}
