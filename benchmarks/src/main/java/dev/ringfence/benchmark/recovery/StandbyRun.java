// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Steps;
import dev.ringfence.hypervisor.control.KillMethod;
import java.util.ArrayList;
import java.util.List;

/** Has standbys built under load, one after the other, to see what each costs. */
final class StandbyRun {
    private static final long NANOS_A_MILLI = 1_000_000;

    private final RecoveryMachine machine;

    StandbyRun(RecoveryMachine machine) {
        this.machine = machine;
    }

    /** @param count of standbys to build */
    StandbyCost measure(int depth, int count, Steps steps) throws InterruptedException {
        List<StandbyCost.Build> builds = new ArrayList<>();
        machine.awaitStandby();
        machine.load(depth);
        for (int i = 0; i < count; i++) {
            steps.next("standbys: one is built under load");
            machine.kill(KillMethod.KILL);
            long faultNanos = machine.watch().faultNanos();
            machine.awaitStandby();
            long millis = (System.nanoTime() - faultNanos) / NANOS_A_MILLI;
            long pid = machine.driver().standbys().get(0);
            builds.add(new StandbyCost.Build(ProcessUse.of(pid).cpuMillis(), millis));
        }
        machine.pause();
        return StandbyCost.of(builds);
    }
}
