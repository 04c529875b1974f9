// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import dev.ringfence.memory.ThreadClock;
import org.HdrHistogram.Histogram;

/** Times one way with one size. Short transfers are timed several at once: a look at the clock costs as much as one of them. */
final class Stopwatch {
    private static final long PICOS_A_NANO = 1_000;
    private static final long MAX_PICOS = 10_000_000_000L * PICOS_A_NANO;
    private static final long BATCH_NANOS = 4_000;
    private static final int BATCH_MAX = 256;
    private static final int TRIALS = 64;
    private static final int TRIAL_BATCH = 4;

    /** On a busy host the neighbour has a processor now and then. */
    private static final int PATIENCE = 25;

    private final FlipMemory memory;
    private final Neighbour neighbour;
    private final ThreadClock clock = new ThreadClock();
    private final Histogram picos = new Histogram(MAX_PICOS, 3);

    Stopwatch(FlipMemory memory, Neighbour neighbour) {
        this.memory = memory;
        this.neighbour = neighbour;
    }

    /** How many transfers take so long that the clock doesn't matter. */
    int batch(Way way, Condition condition, int pages, int bytes) {
        memory.reset();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIALS; i++) {
            least = Math.min(least, time(way, condition, pages, bytes, TRIAL_BATCH));
        }
        return (int) Math.max(1, Math.min(BATCH_MAX, BATCH_NANOS * TRIAL_BATCH / Math.max(least, 1)));
    }

    /**
     * Groups during which somebody else had our processor don't count; nor do, beside a neighbour, those before or after which it had none:
     * on a busy host two threads rarely run at the same time.
     */
    FlipSeries.Round measure(Way way, Condition condition, int pages, int bytes, int batch, long nanos) {
        memory.reset();
        neighbour.read(condition.hasNeighbour());
        picos.reset();
        long counted = 0;
        long end = System.nanoTime() + PATIENCE * nanos;
        while (counted < nanos && System.nanoTime() < end
                || !condition.hasNeighbour() && picos.getTotalCount() < FlipSeries.GROUPS_MIN) {
            boolean beside = condition.hasNeighbour() && neighbour.isRunning();
            long cpu = clock.cpuNanos();
            long elapsed = time(way, condition, pages, bytes, batch);
            boolean undisturbed = elapsed <= clock.cpuNanos() - cpu;
            beside = beside && neighbour.isRunning();
            if (undisturbed && beside == condition.hasNeighbour()) {
                counted += elapsed;
                picos.recordValue(Math.min(MAX_PICOS, elapsed * PICOS_A_NANO / batch));
            }
        }
        neighbour.read(false);
        return new FlipSeries.Round(
                picos.getTotalCount(),
                nanos(picos.getValueAtPercentile(50)),
                nanos(picos.getValueAtPercentile(99)),
                nanos(picos.getMaxValue()));
    }

    private long time(Way way, Condition condition, int pages, int bytes, int batch) {
        long start = System.nanoTime();
        for (int i = 0; i < batch; i++) {
            way.transfer(memory, pages, bytes, condition.isFilled());
        }
        return System.nanoTime() - start;
    }

    private static double nanos(long value) {
        return (double) value / PICOS_A_NANO;
    }
}
