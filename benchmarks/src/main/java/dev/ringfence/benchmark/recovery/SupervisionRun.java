// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Measures what the health monitor costs a healthy driver: on and off in turns, on one machine, under one load. */
final class SupervisionRun {
    static final int PAIRS = 10;

    /** Of a turn of throughput; the pairs are many. */
    private static final double TURN = 1 / 6.0;

    private static final int SETTLE_MILLIS = 20;

    private final RecoveryMachine machine;
    private final long turnMillis;

    /** @param seconds of each turn of throughput */
    SupervisionRun(RecoveryMachine machine, double seconds) {
        this.machine = machine;
        this.turnMillis = Math.round(1_000 * seconds * TURN);
    }

    SupervisionCost measure(int depth, Steps steps) throws InterruptedException {
        List<SupervisionCost.Pair> pairs = new ArrayList<>();
        machine.awaitStandby();
        machine.load(depth);
        turn(true);
        for (int i = 0; i < PAIRS; i++) {
            steps.next("supervision: on and off");
            boolean onFirst = i % 2 == 0;
            double first = turn(onFirst);
            double second = turn(!onFirst);
            pairs.add(onFirst ? new SupervisionCost.Pair(first, second) : new SupervisionCost.Pair(second, first));
        }
        machine.supervise(true);
        machine.pause();
        return SupervisionCost.of(pairs);
    }

    /** Requests a second. */
    private double turn(boolean on) throws InterruptedException {
        machine.supervise(on);
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        long before = machine.memory().sum(Counter.OPERATIONS);
        long beginNanos = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(turnMillis);
        long operations = machine.memory().sum(Counter.OPERATIONS) - before;
        return operations * 1e9 / (System.nanoTime() - beginNanos);
    }
}
