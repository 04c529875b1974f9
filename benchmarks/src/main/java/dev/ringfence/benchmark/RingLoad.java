// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import dev.ringfence.frontend.block.BlockCompletion;
import dev.ringfence.frontend.block.BlockQueue;
import dev.ringfence.frontend.block.GuestBuffer;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.ring.AdaptiveSpin;
import org.HdrHistogram.Histogram;

/**
 * A guest's thread that keeps one queue of its disk busy, and nothing else: every answer is followed by the next request
 * over the same buffer. Waits as drivers do: spins a little, then sleeps on the doorbell.
 */
final class RingLoad implements BlockCompletion {
    private static final int SLEEP_MILLIS = 1_000;
    private static final int MAX_DEPTH = 64;

    private final BlockQueue queue;
    private final Doorbell.Listener doorbell;
    private final GuestBuffer[] buffers = new GuestBuffer[MAX_DEPTH];
    private final long[] submittedNanos = new long[MAX_DEPTH];
    private final Histogram latencies = Figures.histogram();
    private final AdaptiveSpin spin = AdaptiveSpin.standard();

    private Workload workload;
    private Offsets offsets;
    private long deadlineNanos;
    private long nowNanos;
    private long operations;
    private int inFlight;
    private int failures;

    RingLoad(BlockQueue queue) {
        this.queue = queue;
        this.doorbell = new Doorbell.Listener(new Descriptor(queue.doorbellFd()));
    }

    /** @throws IllegalStateException when the disk failed a request */
    Figures run(Order order) {
        prepare(order);
        long allocated = AllocatedBytes.now();
        long start = System.nanoTime();
        deadlineNanos = start + order.nanos();
        nowNanos = start;
        for (int slot = 0; slot < workload.depth(); slot++) {
            submit(slot);
        }
        queue.publish();
        while (inFlight > 0) {
            advance();
        }
        long elapsed = System.nanoTime() - start;
        allocated = AllocatedBytes.now() - allocated;
        finish();
        return Figures.of(operations, elapsed, latencies, allocated);
    }

    private void prepare(Order order) {
        workload = order.workload();
        offsets = new Offsets(workload, queue.info().bytes(), order.seed());
        latencies.reset();
        operations = 0;
        failures = 0;
        for (int slot = 0; slot < workload.depth(); slot++) {
            buffers[slot] = queue.allocate(workload.blockBytes());
            if (buffers[slot] == null) {
                throw new IllegalStateException("no buffer left: slot=" + slot + " " + workload);
            }
        }
    }

    /** Takes what answers there are; waits for one when there are none. */
    private void advance() {
        nowNanos = System.nanoTime();
        if (queue.poll() > 0 || !workload.sleeping() && spin()) {
            queue.publish();
        } else if (queue.arm()) {
            doorbell.await(SLEEP_MILLIS);
        }
    }

    private boolean spin() {
        long nanos = spin.nextNanos();
        if (nanos == 0) {
            return false;
        }
        long since = nowNanos;
        while (nowNanos - since < nanos) {
            Thread.onSpinWait();
            nowNanos = System.nanoTime();
            if (queue.poll() > 0) {
                spin.found();
                return true;
            }
        }
        spin.missed();
        return false;
    }

    /** All answers of one poll count as come when it began. */
    @Override
    public void completed(long context, int status) {
        int slot = (int) context;
        inFlight--;
        operations++;
        latencies.recordValue(nowNanos - submittedNanos[slot]);
        if (status != OKAY) {
            failures++;
        } else if (nowNanos - deadlineNanos < 0) {
            submit(slot);
        }
    }

    private void submit(int slot) {
        submittedNanos[slot] = nowNanos;
        int bytes = workload.blockBytes();
        boolean taken = workload.write()
                ? queue.write(offsets.next(), buffers[slot], bytes, this, slot)
                : queue.read(offsets.next(), buffers[slot], bytes, this, slot);
        if (!taken) {
            throw new IllegalStateException("the ring has fewer slots than depth=" + workload.depth());
        }
        inFlight++;
    }

    private void finish() {
        for (int slot = 0; slot < workload.depth(); slot++) {
            queue.release(buffers[slot]);
        }
        if (failures > 0) {
            throw new IllegalStateException("the disk failed requests: failures=" + failures + " " + workload);
        }
    }
}
