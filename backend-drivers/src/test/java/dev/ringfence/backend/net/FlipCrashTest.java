// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.ring.Defect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * As {@link NetCrashTest}, of a guest that receives by page flip: wherever drivers die, what arrives is whole, each page has one owner,
 * and guest and driver have as many as at the beginning.
 */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
final class FlipCrashTest {
    private static final long SEED = Long.getLong("ringfence.test.seed", System.nanoTime());
    private static final int TRAFFIC_RUNS = 15;

    /** The successor dies too, in its takeover. */
    @ParameterizedTest
    @ValueSource(strings = {"SMALL_FRAMES_IN", "BUFFERS_THAT_COME_LATE"})
    void noPageIsLostAndNoneHasTwoOwners(String scenario) throws Exception {
        String outcome = NetCrashTest.sweep(Defect.NONE, "sweep", "FLIP", scenario);

        assertThat(outcome).startsWith("runs=");
        System.err.println(scenario + ": " + outcome);
    }

    @Test
    void norByLargeFramesAndByFramesBothWays() throws Exception {
        String outcome = NetCrashTest.sweep(Defect.NONE, "single", "FLIP", "SEGMENTS_IN", "BOTH_WAYS");

        assertThat(outcome).startsWith("runs=");
        System.err.println(outcome);
    }

    /** It would die of it. */
    @Test
    void noDriverTouchesAPageThatIsNotItsOwn() throws Exception {
        String outcome = NetCrashTest.sweep(Defect.NONE, "single", "FLIP_GUARDED", "SMALL_FRAMES_IN");

        assertThat(outcome).startsWith("runs=");
        System.err.println(outcome);
    }

    @Test
    void everyPageHasOneOwnerUnderRandomTrafficAndDeaths() throws Exception {
        System.err.println("seed=" + SEED);
        String outcome =
                NetCrashTest.sweep(Defect.NONE, "traffic", "FLIP", Long.toString(SEED), Integer.toString(TRAFFIC_RUNS));

        assertThat(outcome).startsWith("runs=" + TRAFFIC_RUNS + " ");
        System.err.println(outcome);
    }

    /** No rule is there for nothing: a driver without it is caught. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "FLIPPED_BEFORE_JOURNALLED",
                "FLIPPED_PAGE_FILLED_AT_ONCE",
                "FLIP_NOT_FINISHED",
                "FRAME_COMMITTED_IN_PIECES"
            })
    void aDriverThatBreaksARuleIsCaught(Defect defect) throws Exception {
        String outcome = NetCrashTest.sweep(defect, "single", "FLIP", "SMALL_FRAMES_IN", "LARGE_FRAMES_IN");

        assertThat(outcome).startsWith("violation: ");
        System.err.println(defect + ": " + outcome);
    }
}
