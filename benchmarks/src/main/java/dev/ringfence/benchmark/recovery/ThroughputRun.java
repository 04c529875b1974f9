// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Steps;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.KillMethod;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Throughput while the driver is killed at a rate, against none; the rates take turns. Whoever owns the leases at the instant
 * is killed, whether a standby is ready or not; where nobody is, there is nobody to kill.
 */
final class ThroughputRun {
    static final List<Integer> RATES = List.of(0, 1, 10, 100);

    private static final long SAMPLE_NANOS = 10_000_000;
    private static final double NANOS_A_MILLI = 1e6;

    private static final int CONFLICT = 409;
    private static final long AROUND_NANOS = 10_000_000;
    private static final double SECOND_NANOS = 1e9;

    private final RecoveryMachine machine;
    private final Random random;
    private final double seconds;
    private final List<ThroughputRound> rounds = new ArrayList<>();

    /** @param seconds of each rate in each round */
    ThroughputRun(RecoveryMachine machine, Random random, double seconds) {
        this.machine = machine;
        this.random = random;
        this.seconds = seconds;
    }

    List<ThroughputRound> measure(int depth, int count, Steps steps) throws InterruptedException {
        List<Integer> rates = new ArrayList<>(RATES);
        for (int round = 1; round <= count; round++) {
            for (int rate : rates) {
                steps.next("throughput: " + rate + " kills a second, round " + round);
                machine.awaitStandby();
                machine.load(depth);
                rounds.add(new Round(rate, round).measure());
                machine.awaitStandby();
                machine.pause();
            }
            Collections.rotate(rates, 1);
        }
        return rounds;
    }

    /** One rate for one stretch of time. */
    private final class Round {
        private final int rate;
        private final int number;
        private final LoadMemory memory = machine.memory();
        private final List<ThroughputRound.Sample> timeline = new ArrayList<>();
        private final List<Long> killedMillis = new ArrayList<>();
        private final List<Long> crashGapNanos = new ArrayList<>();
        private long startNanos;
        private long nextKillNanos;
        private int warmKills;
        /** A warm kill whose gaps have not been added up yet, or 0. */
        private long openNanos;

        Round(int rate, int number) {
            this.rate = rate;
            this.number = number;
        }

        ThroughputRound measure() throws InterruptedException {
            startNanos = System.nanoTime();
            nextKillNanos = rate == 0 ? Long.MAX_VALUE : startNanos + (long) (period() * random.nextDouble());
            long endNanos = startNanos + (long) (seconds * SECOND_NANOS);
            long operations = memory.sum(Counter.OPERATIONS);
            long longGaps = memory.sum(Counter.LONG_GAPS);
            long longGapNanos = memory.sum(Counter.LONG_GAP_NANOS);
            long before = operations;
            long beforeNanos = startNanos;
            while (beforeNanos < endNanos) {
                spend(beforeNanos + SAMPLE_NANOS);
                long now = memory.sum(Counter.OPERATIONS);
                long nowNanos = System.nanoTime();
                double middle = (beforeNanos + nowNanos) / 2.0 - startNanos;
                double rateNow = (now - before) * SECOND_NANOS / (nowNanos - beforeNanos);
                timeline.add(new ThroughputRound.Sample(middle / NANOS_A_MILLI, rateNow));
                before = now;
                beforeNanos = nowNanos;
            }
            long elapsed = beforeNanos - startNanos;
            long done = memory.sum(Counter.OPERATIONS) - operations;
            await();
            return new ThroughputRound(
                    rate,
                    number,
                    elapsed,
                    done,
                    killedMillis.size(),
                    warmKills,
                    memory.sum(Counter.LONG_GAPS) - longGaps,
                    memory.sum(Counter.LONG_GAP_NANOS) - longGapNanos,
                    crashGapNanos,
                    timeline,
                    killedMillis);
        }

        private double period() {
            return SECOND_NANOS / rate;
        }

        /** Waits until an instant, and kills meanwhile who is due. */
        private void spend(long untilNanos) throws InterruptedException {
            while (nextKillNanos < untilNanos && nextKillNanos < startNanos + seconds * SECOND_NANOS) {
                sleepUntil(nextKillNanos);
                addUp();
                kill();
                // Random, and as many a second as asked for.
                nextKillNanos += (long) (period() * (0.5 + random.nextDouble()));
            }
            sleepUntil(untilNanos);
            addUp();
        }

        private void kill() {
            if (!machine.hasNewOwner()) {
                return; // the hypervisor has not seen the last death yet
            }
            boolean warm = machine.isStandbyReady();
            try {
                machine.kill(KillMethod.KILL);
            } catch (ControlException e) {
                if (e.httpStatus() == CONFLICT) {
                    return; // the next owner is still starting
                }
                throw e;
            }
            long faultNanos = machine.watch().faultNanos();
            killedMillis.add((faultNanos - startNanos) / 1_000_000);
            if (warm) {
                warmKills++;
                openNanos = faultNanos;
            }
        }

        /** Until the last kill's gaps are added up, too. */
        private void await() throws InterruptedException {
            RecoveryMachine.await("requests are answered after a takeover", () -> {
                addUp();
                return openNanos == 0;
            });
        }

        private void addUp() {
            if (openNanos == 0 || memory.lastNanosOfAll() <= openNanos + AROUND_NANOS) {
                return;
            }
            long most = 0;
            for (int i = 0; i < memory.queues(); i++) {
                long[] times = memory.queue(i).timesSince(openNanos);
                long sum = Gaps.sumOfLong(times, openNanos, openNanos + AROUND_NANOS, LoadMemory.LONG_GAP_NANOS);
                most = Math.max(most, sum);
            }
            crashGapNanos.add(most);
            openNanos = 0;
        }
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }
}
