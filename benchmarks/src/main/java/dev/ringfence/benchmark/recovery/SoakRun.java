// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.hypervisor.control.KillMethod;
import java.util.ArrayList;
import java.util.List;

/** Kills one machine's driver very many times, and looks whether anything grows. */
final class SoakRun {
    private static final int PORTION_MAX = 1_000;
    private static final int SAMPLES = 50;

    private final RecoveryMachine machine;
    private final KillRun run;

    SoakRun(RecoveryMachine machine, KillRun run) {
        this.machine = machine;
        this.run = run;
    }

    SoakReport measure(int takeovers, int depth, Steps steps) throws InterruptedException {
        int portion = Math.min(PORTION_MAX, (takeovers + 1) / 2);
        int every = Math.max(1, takeovers / SAMPLES);
        List<Long> first = new ArrayList<>();
        List<Long> last = new ArrayList<>();
        List<SoakReport.Sample> samples = new ArrayList<>();
        machine.load(depth);
        for (int i = 0; i < takeovers; i++) {
            steps.next("soak: " + i + " takeovers of " + takeovers);
            long nanos = run.kill(KillMethod.KILL).orElseThrow().outageNanos();
            if (i < portion) {
                first.add(nanos);
            }
            if (i >= takeovers - portion) {
                last.add(nanos);
            }
            if ((i + 1) % every == 0) {
                machine.awaitStandby();
                samples.add(sample(i + 1));
            }
        }
        machine.awaitStandby();
        machine.pause();
        return new SoakReport(takeovers, portion, Summary.ofNanos(first), Summary.ofNanos(last), samples);
    }

    private SoakReport.Sample sample(int takeovers) {
        // What the hypervisor doesn't need any more is no growth.
        System.gc();
        return new SoakReport.Sample(
                takeovers,
                ProcessUse.of(ProcessHandle.current().pid()),
                ProcessUse.of(machine.guest().pid()));
    }
}
