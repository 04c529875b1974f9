// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.lab.DeviceFault;
import dev.ringfence.fault.lab.DriverPair;
import dev.ringfence.fault.lab.FaultyRun;
import dev.ringfence.fault.lab.FaultyRun.Result;
import dev.ringfence.fault.lab.FaultyRun.Setting;
import dev.ringfence.fault.lab.Guest;
import dev.ringfence.fault.lab.Guest.Workload;
import dev.ringfence.fault.lab.Lab;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a guest whose device misbehaves under a sound driver. */
@Execution(ExecutionMode.SAME_THREAD)
final class DeviceFaultsTest {
    private static final int SEEDS = 5;

    private static Lab lab;
    private static DriverPair drivers;

    @BeforeAll
    static void open() {
        lab = new Lab();
        drivers = new DriverPair(lab);
    }

    @AfterAll
    static void close() {
        drivers.close();
        lab.close();
    }

    /** Of what is overwritten, or forgotten by nobody, nobody can tell: such a fault is masked in some trials. */
    @ParameterizedTest
    @CsvSource({
        "ERROR, false, DETECTED_DATA_ERROR, false, false",
        "SHORT, false, DETECTED_DATA_ERROR, false, false",
        "SLOW, false, MASKED, false, false",
        "STUCK, false, HANG, false, true",
        "MISDIRECTED, false, SILENT_CORRUPTION, true, false",
        "TORN, false, SILENT_CORRUPTION, true, false",
        "CORRUPTED_READ, false, SILENT_CORRUPTION, false, false",
        "CORRUPTED_WRITE, false, SILENT_CORRUPTION, true, false",
        "DROPPED_WRITE, false, SILENT_CORRUPTION, true, false",
        "DROPPED_FLUSH, false, MASKED, false, false",
        "DROPPED_FLUSH, true, SILENT_CORRUPTION, true, false",
        "FULL, false, DETECTED_DATA_ERROR, false, false",
        "BAD_SECTORS, false, DETECTED_DATA_ERROR, false, false",
    })
    void endsAsItMust(
            DeviceFault.Kind kind, boolean powerCuts, OutcomeClass outcome, boolean mayBeMasked, boolean recovered) {
        Set<OutcomeClass> found = EnumSet.noneOf(OutcomeClass.class);
        for (long seed = 0; seed < SEEDS; seed++) {
            Setting setting = new Setting(
                    lab, drivers, true, new Guest(Workload.MIXED, seed, powerCuts, false, Optional.empty()));
            Result result = FaultyRun.run(setting, new DeviceFault(kind, seed));
            if (result.hits() > 0) {
                found.add(Verdict.of(result));
                assertThat(Verdict.recovered(result)).as("%s", result).isEqualTo(recovered);
            }
        }

        assertThat(found).contains(outcome);
        Set<OutcomeClass> possible = mayBeMasked ? EnumSet.of(outcome, OutcomeClass.MASKED) : EnumSet.of(outcome);
        assertThat(possible).containsAll(found);
    }
}
