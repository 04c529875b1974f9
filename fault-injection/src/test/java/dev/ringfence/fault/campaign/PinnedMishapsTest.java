// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.lab.DriverPair;
import dev.ringfence.fault.lab.Fault;
import dev.ringfence.fault.lab.FaultyRun;
import dev.ringfence.fault.lab.FaultyRun.Result;
import dev.ringfence.fault.lab.FaultyRun.Setting;
import dev.ringfence.fault.lab.Lab;
import dev.ringfence.fault.lab.ProcessFault;
import dev.ringfence.fault.lab.ProtocolFault;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a process, and of what passes between it and its guest: a heir serves on, or the guest is told. */
@Execution(ExecutionMode.SAME_THREAD)
final class PinnedMishapsTest {
    /** In the midst of the first batch. */
    private static final int STORE = 40;

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

    private static void assertEnds(Fault fault, OutcomeClass outcome) {
        Result result = FaultyRun.run(Setting.of(lab, drivers), fault);

        assertThat(Verdict.of(result)).as("%s of %s", result, fault).isEqualTo(outcome);
        assertThat(Verdict.recovered(result)).as("%s", result).isEqualTo(outcome != OutcomeClass.MASKED);
        assertThat(result.hits()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "KILL, CRASH",
        "STOP, HANG",
        "EXIT, CRASH",
        "SEGV, CRASH",
        "MEMORY_HOG, HOG",
        "CPU_HOG, HANG",
        "DESCRIPTOR_HOG, HOG",
        "THREAD_HOG, HOG",
        "DIE_AT_STORE, CRASH",
        "ZOMBIE, CRASH"
    })
    void whateverBecomesOfAProcessAHeirServesOn(ProcessFault.Kind kind, OutcomeClass outcome) {
        assertEnds(new ProcessFault(kind, STORE), outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "CORRUPT_REQUEST_INDEX, PROTOCOL_VIOLATION",
        "CORRUPT_RESPONSE_INDEX, PROTOCOL_VIOLATION",
        "CORRUPT_STORE_REPLY, PROTOCOL_VIOLATION",
        "DROP_REQUEST, HANG",
        "DROP_RESPONSE, PROTOCOL_VIOLATION",
        "DROP_EVENT, HANG",
        "DROP_GRANT, PROTOCOL_VIOLATION",
        "REPEAT_RESPONSE, PROTOCOL_VIOLATION",
        "REORDER_REQUESTS, MASKED",
        "DELAY_REQUEST, MASKED",
        "REPEAT_EVENT, MASKED",
    })
    void whateverHappensOnTheWayIsFoundOrHarmless(ProtocolFault.Kind kind, OutcomeClass outcome) {
        assertEnds(new ProtocolFault(kind, 1, 0), outcome);
    }
}
