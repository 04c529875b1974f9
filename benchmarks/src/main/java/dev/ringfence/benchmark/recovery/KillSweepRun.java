// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Steps;
import dev.ringfence.fault.report.KillSweep;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.KillMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Throughput while the driver is killed at regular intervals, each beside the same load with nobody killed. Whoever owns the
 * leases when a kill is due is killed, whether a standby is ready or not; where nobody is, there is nobody to kill.
 */
final class KillSweepRun {
    static final List<Double> INTERVALS_SECONDS =
            List.of(10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001);

    private static final double NANOS = 1e9;
    private static final long SAMPLE_NANOS = 20_000_000;
    private static final int CONFLICT = 409;

    private final RecoveryMachine machine;
    private final double seconds;

    /** @param seconds of each interval, or the interval itself where that is longer */
    KillSweepRun(RecoveryMachine machine, double seconds) {
        this.machine = machine;
        this.seconds = seconds;
    }

    List<KillSweep.Step> measure(int depth, Steps progress) throws InterruptedException {
        List<KillSweep.Step> steps = new ArrayList<>();
        for (double interval : INTERVALS_SECONDS) {
            progress.next(String.format(Locale.ROOT, "kill sweep: a kill every %.3f s", interval));
            machine.awaitStandby();
            machine.load(depth);
            // Half of it before and half of it after, so that a host that gets slower or quicker favours neither.
            KillSweep.Stretch before = new Stretch(0).measure(length(interval) / 2).figures;
            Stretch killed = new Stretch(interval).measure(length(interval));
            machine.awaitStandby();
            KillSweep.Stretch after = new Stretch(0).measure(length(interval) / 2).figures;
            machine.pause();
            steps.add(new KillSweep.Step(
                    interval, together(before, after), killed.figures, killed.due, killed.kills, killed.warm));
        }
        return steps;
    }

    private double length(double interval) {
        return Math.max(seconds, interval);
    }

    private static KillSweep.Stretch together(KillSweep.Stretch before, KillSweep.Stretch after) {
        List<KillSweep.Sample> timeline = new ArrayList<>(before.timeline());
        after.timeline()
                .forEach(sample -> timeline.add(
                        new KillSweep.Sample(before.seconds() + sample.atSeconds(), sample.operationsPerSecond())));
        return new KillSweep.Stretch(
                before.seconds() + after.seconds(), before.operations() + after.operations(), timeline, List.of());
    }

    /** One load for some time. */
    private final class Stretch {
        private final long periodNanos;
        private final List<KillSweep.Sample> timeline = new ArrayList<>();
        private final List<Double> killedSeconds = new ArrayList<>();
        private long startNanos;
        private long nextKillNanos;
        private long due;
        private long kills;
        private long warm;
        private KillSweep.Stretch figures;

        /** @param interval in seconds; 0: nobody is killed */
        Stretch(double interval) {
            periodNanos = (long) (interval * NANOS);
        }

        Stretch measure(double length) throws InterruptedException {
            startNanos = System.nanoTime();
            nextKillNanos = periodNanos == 0 ? Long.MAX_VALUE : startNanos + periodNanos / 2;
            long endNanos = startNanos + (long) (length * NANOS);
            long begun = operations();
            long before = begun;
            long beforeNanos = startNanos;
            while (beforeNanos < endNanos) {
                spend(Math.min(endNanos, beforeNanos + SAMPLE_NANOS));
                long now = operations();
                long nowNanos = System.nanoTime();
                double middle = ((beforeNanos + nowNanos) / 2.0 - startNanos) / NANOS;
                timeline.add(new KillSweep.Sample(middle, (now - before) * NANOS / (nowNanos - beforeNanos)));
                before = now;
                beforeNanos = nowNanos;
            }
            figures =
                    new KillSweep.Stretch((beforeNanos - startNanos) / NANOS, before - begun, timeline, killedSeconds);
            return this;
        }

        private long operations() {
            return machine.memory().sum(Counter.OPERATIONS);
        }

        /** Waits until an instant, and kills meanwhile who is due. */
        private void spend(long untilNanos) throws InterruptedException {
            while (nextKillNanos < untilNanos) {
                sleepUntil(nextKillNanos);
                kill();
                // Those that fell due while the last one was being carried out are due all the same.
                do {
                    due++;
                    nextKillNanos += periodNanos;
                } while (nextKillNanos < System.nanoTime());
            }
            sleepUntil(untilNanos);
        }

        private void kill() {
            if (!machine.hasNewOwner()) {
                return; // the hypervisor has not seen the last death yet
            }
            boolean ready = machine.isStandbyReady();
            try {
                machine.kill(KillMethod.KILL);
            } catch (ControlException e) {
                if (e.httpStatus() == CONFLICT) {
                    return; // the next owner is still starting
                }
                throw e;
            }
            killedSeconds.add((System.nanoTime() - startNanos) / NANOS);
            kills++;
            warm += ready ? 1 : 0;
        }
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }
}
