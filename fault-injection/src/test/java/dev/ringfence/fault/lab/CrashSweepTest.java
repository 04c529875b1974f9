// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.lab.CrashRun.Result;
import dev.ringfence.fault.lab.CrashRun.Setting;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A driver process may be killed after any of its ordered stores, of its work, its takeover and its farewell: each request
 * is answered once, and the disk is what the history makes it.
 */
class CrashSweepTest {
    private static final int LANES = 2;
    private static final int PATIENCE_MILLIS = 60_000;

    private final Lab lab = new Lab();
    private final Setting setting = Setting.of(Workloads.MIXED, PATIENCE_MILLIS);

    @AfterEach
    void close() {
        lab.close();
    }

    /** {@link SweepsTest} does the same with threads, which is the same to the kernel. */
    @Tag("long")
    @Test
    void aProcessMayBeKilledAfterEveryStore() {
        Sweep.Outcome outcome = sweepOfProcesses((hosts, store) -> CrashRun.run(lab, hosts, setting, Fate.kill(store)));

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.stores()).isGreaterThan(95);
    }

    @Test
    void aSuccessorMayBeKilledAfterEveryStoreOfItsTakeover() {
        int richest = richestTakeover();
        Sweep.Outcome outcome = sweepOfProcesses((hosts, store) -> {
            Fate successor = Fate.kill(store).from(Fate.From.LEASE_TO_RECOVERY);
            return CrashRun.run(lab, hosts, setting, Fate.kill(richest), successor)
                    .withoutDeath();
        });

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.stores()).isGreaterThan(18);
    }

    /** After which store a successor has the most to do. */
    private int richestTakeover() {
        Sweep.Outcome outcome = Sweep.of(
                lab,
                Hosts::threads,
                1,
                (hosts, store) -> CrashRun.run(lab, hosts, setting, Fate.at(Fate.Action.EXIT, store)));
        assertThat(outcome.violation()).isEmpty();
        Comparator<Result> byTakeover =
                Comparator.comparing(result -> result.recoveries().get(1));
        return outcome.runs().entrySet().stream()
                .filter(run -> run.getValue().recoveries().size() > 1)
                .max(Map.Entry.comparingByValue(byTakeover))
                .orElseThrow()
                .getKey();
    }

    @Test
    void aProcessWithTwoBusyQueuesMayBeKilledAfterEveryStoreOfOne() {
        Setting busy = new Setting(
                LabConnection.Shape.plain(2, Workloads.BEFORE_WRAP),
                Workloads.TWO_QUEUES,
                PATIENCE_MILLIS,
                Optional.empty());
        Sweep.Outcome outcome = sweepOfProcesses((hosts, store) -> CrashRun.run(lab, hosts, busy, Fate.kill(store)));

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.stores()).isGreaterThan(30);
    }

    private Sweep.Outcome sweepOfProcesses(Sweep.Experiment experiment) {
        return Sweep.of(lab, Hosts::processes, LANES, experiment);
    }
}
