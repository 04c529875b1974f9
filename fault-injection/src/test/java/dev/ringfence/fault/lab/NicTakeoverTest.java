// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.DiskHistory.Violation;
import dev.ringfence.fault.lab.FaultyRun.End;
import dev.ringfence.fault.lab.FaultyRun.Result;
import dev.ringfence.fault.lab.FaultyRun.Setting;
import dev.ringfence.ring.Defect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The network driver may die at any of its stores, and no rule of its journal is there for nothing. */
class NicTakeoverTest {
    private static final int STORES_MAX = 2_000;
    /** Has no divisor in common with the number of queues. */
    private static final int STRIDE = 17;

    /** Nothing of the rule can show before. */
    private static final int BEFORE_BUFFERS_ARE_FILLED = 100;

    private final Lab lab = new Lab();

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void aDriverDiesAtSomeOfItsStores() {
        sweep(STRIDE);
    }

    @Test
    @Tag("long")
    void aDriverDiesAtAnyOfItsStores() {
        sweep(1);
    }

    private void sweep(int stride) {
        try (DriverPair drivers = new DriverPair(lab)) {
            int survivors = 0;
            int store = 1;
            int dead = 0;
            for (; survivors < LabNic.QUEUES && store < STORES_MAX; store += stride) {
                Result result = dyingAt(drivers, store);
                assertThat(result.violations())
                        .as("dead at store %d: %s", store, result.how())
                        .isEmpty();
                assertThat(result.heirDied()).isFalse();
                survivors = result.end() == End.RETIRED ? survivors + 1 : 0;
                dead += result.end() == End.DIED ? 1 : 0;
            }
            assertThat(dead).isGreaterThan(0);
        }
    }

    private Result dyingAt(DriverPair drivers, int store) {
        return FaultyRun.run(
                Setting.of(lab, drivers), FaultyRun.NET, new ProcessFault(ProcessFault.Kind.DIE_AT_STORE, store));
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "PACKET_TAKEN_AS_ONE_SLOT",
                "EXTRA_INFO_ANSWERED_AS_FRAGMENT",
                "FRAME_COMMITTED_IN_PIECES",
                "FILLED_BUFFERS_FORGOTTEN"
            })
    void aDriverThatBreaksARuleIsCaught(Defect defect) {
        List<Violation> found = new ArrayList<>();
        int store = defect == Defect.FILLED_BUFFERS_FORGOTTEN ? BEFORE_BUFFERS_ARE_FILLED : 0;
        try (DriverPair drivers = new DriverPair(lab, "-Dringfence.defect=" + defect)) {
            while (found.isEmpty() && store < STORES_MAX) {
                store++;
                found.addAll(dyingAt(drivers, store).violations());
            }
        }
        assertThat(found).isNotEmpty();
    }
}
