// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Steps;
import dev.ringfence.benchmark.Summary;
import dev.ringfence.hypervisor.control.KillMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Kills one machine's driver very many times, and looks whether anything grows. */
final class SoakRun {
    private static final int PORTION_MAX = 1_000;
    private static final int SAMPLES = 50;

    private final RecoveryMachine machine;
    private final KillRun run;
    private final List<KillMethod> otherWays;
    private final Map<KillMethod, List<Crash>> crashes = new LinkedHashMap<>();
    private final List<SoakReport.Sample> samples = new ArrayList<>();

    /** @param ways of dying; every second death is by SIGKILL, so that like is compared with like */
    SoakRun(RecoveryMachine machine, KillRun run, List<KillMethod> ways) {
        this.machine = machine;
        this.run = run;
        this.otherWays = ways.stream().filter(way -> way != KillMethod.KILL).toList();
        crashes.put(KillMethod.KILL, new ArrayList<>());
        otherWays.forEach(way -> crashes.put(way, new ArrayList<>()));
    }

    SoakReport measure(int takeovers, int depth, Steps steps) throws InterruptedException {
        int every = Math.max(1, takeovers / SAMPLES);
        machine.load(depth);
        for (int i = 0; i < takeovers; i++) {
            steps.next("soak: " + i + " takeovers of " + takeovers);
            KillMethod way = way(i);
            Optional<Crash> crash = run.kill(way);
            crash.ifPresent(crashes.get(way)::add);
            if ((i + 1) % every == 0) {
                machine.awaitStandby();
                samples.add(sample(i + 1));
            }
        }
        machine.awaitStandby();
        machine.pause();
        return report(takeovers, depth);
    }

    private KillMethod way(int kill) {
        return otherWays.isEmpty() || kill % 2 == 0 ? KillMethod.KILL : otherWays.get(kill / 2 % otherWays.size());
    }

    private SoakReport report(int takeovers, int depth) {
        List<Long> kills =
                crashes.get(KillMethod.KILL).stream().map(Crash::outageNanos).toList();
        int portion = Math.min(PORTION_MAX, (kills.size() + 1) / 2);
        List<OutageSeries> series = new ArrayList<>();
        crashes.forEach((way, all) -> {
            List<Crash> hits =
                    all.stream().filter(crash -> crash.replayedStarted() > 0).toList();
            series.add(OutageSeries.of(way, machine.memory().queues(), depth, hits, all.size() - hits.size()));
        });
        return new SoakReport(
                takeovers,
                portion,
                Summary.ofNanos(kills.subList(0, portion)),
                Summary.ofNanos(kills.subList(kills.size() - portion, kills.size())),
                series,
                samples);
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
