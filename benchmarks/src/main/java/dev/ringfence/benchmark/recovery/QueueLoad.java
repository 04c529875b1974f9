// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.frontend.block.BlockCompletion;
import dev.ringfence.frontend.block.BlockQueue;
import dev.ringfence.frontend.block.GuestBuffer;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.ring.AdaptiveSpin;
import java.util.concurrent.locks.LockSupport;

/**
 * A guest's thread that keeps one queue busy with reads and writes of tagged blocks, half of each, over blocks of its own.
 * Every answer is judged and followed by the next request. Waits as drivers do: spins a little, then sleeps on the doorbell.
 */
final class QueueLoad implements Runnable, BlockCompletion {
    static final int BLOCKS = 1024;
    static final int MAX_DEPTH = 32;

    private static final int SLEEP_MILLIS = 100;
    private static final long IDLE_NANOS = 2_000_000;
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final int NONE = -1;

    private final BlockQueue queue;
    private final LoadMemory memory;
    private final LoadMemory.Queue log;
    private final TagChecker checker;
    private final Doorbell.Listener doorbell;
    private final GuestBuffer[] buffers = new GuestBuffer[MAX_DEPTH];
    private final int[] blocks = new int[MAX_DEPTH];
    private final boolean[] writes = new boolean[MAX_DEPTH];
    private final long[] floors = new long[MAX_DEPTH];
    private final AdaptiveSpin spin = AdaptiveSpin.standard();
    private long random;
    private long operations;
    private int depth;
    private int inFlight;
    private long nowNanos;
    private long lastNanos;
    /** The next block to read back, while nothing but that goes on. */
    private int verifying = NONE;

    QueueLoad(BlockQueue queue, int number, LoadMemory memory) {
        this.queue = queue;
        this.memory = memory;
        this.log = memory.queue(number);
        this.checker = new TagChecker(number, (long) number * BLOCKS, BLOCKS);
        this.doorbell = new Doorbell.Listener(new Descriptor(queue.doorbellFd()));
        this.random = number + 1L;
        for (int slot = 0; slot < MAX_DEPTH; slot++) {
            buffers[slot] = queue.allocate(BlockTag.BYTES);
            blocks[slot] = NONE;
        }
    }

    /** Writes every block once. */
    void fill() {
        checker.begin(1);
        for (int block = 0; block < BLOCKS; block++) {
            write(0, block);
            drain();
        }
        verify();
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            depth = memory.depth();
            if (depth == 0) {
                LockSupport.parkNanos(IDLE_NANOS);
            } else {
                log.set(Counter.STATE, Counter.BUSY);
                load();
                verify();
                log.set(Counter.STATE, inFlight == 0 ? Counter.IDLE : Counter.FAILED);
            }
        }
    }

    /** Until something else is ordered. */
    private void load() {
        checker.begin(memory.generation() + 1);
        lastNanos = 0;
        for (int slot = 0; slot < depth; slot++) {
            submit(slot);
        }
        drain();
    }

    /** Reads every block back. */
    private void verify() {
        depth = MAX_DEPTH;
        verifying = 0;
        for (int slot = 0; slot < depth; slot++) {
            read(slot, verifying++);
        }
        drain();
        verifying = NONE;
    }

    /** Until nothing is under way; what is not answered in all patience counts as lost. */
    private void drain() {
        queue.publish();
        long since = System.nanoTime();
        long answered = operations;
        while (inFlight > 0) {
            advance();
            if (operations != answered) {
                answered = operations;
                since = nowNanos;
            } else if (nowNanos - since > PATIENCE_NANOS) {
                log.add(Counter.LOST, inFlight);
                log.set(Counter.STATE, Counter.FAILED);
                throw new IllegalStateException("requests are not answered: inFlight=" + inFlight);
            }
        }
    }

    /** Takes what answers there are; waits for one when there are none. */
    private void advance() {
        nowNanos = System.nanoTime();
        if (poll() || spin()) {
            queue.publish();
        } else if (queue.arm()) {
            doorbell.await(SLEEP_MILLIS);
        }
    }

    /** All answers of one poll count as come when it began. */
    private boolean poll() {
        if (queue.poll() == 0) {
            return false;
        }
        if (verifying == NONE) {
            log.append(nowNanos, operations);
            log.set(Counter.OPERATIONS, operations);
            long gap = nowNanos - lastNanos;
            if (gap > LoadMemory.LONG_GAP_NANOS && lastNanos != 0) {
                log.add(Counter.LONG_GAPS, 1);
                log.add(Counter.LONG_GAP_NANOS, gap);
            }
            lastNanos = nowNanos;
        }
        return true;
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
            if (poll()) {
                spin.found();
                return true;
            }
        }
        spin.missed();
        return false;
    }

    @Override
    public void completed(long context, int status) {
        int slot = (int) context;
        operations++;
        if (blocks[slot] == NONE) {
            log.add(Counter.DOUBLED, 1);
            return;
        }
        inFlight--;
        judge(slot, status);
        blocks[slot] = NONE;
        if (verifying == NONE) {
            if (depth > 0 && memory.depth() == depth) {
                submit(slot);
            }
        } else if (verifying < BLOCKS) {
            read(slot, verifying++);
        }
    }

    private void judge(int slot, int status) {
        int block = blocks[slot];
        if (status != OKAY) {
            log.add(Counter.ERRORS, 1);
        }
        if (writes[slot]) {
            checker.written(block);
        } else if (status == OKAY) {
            TagChecker.Verdict verdict = verifying == NONE
                    ? checker.read(block, floors[slot], buffers[slot].bytes())
                    : checker.verify(block, buffers[slot].bytes());
            count(verdict);
        }
    }

    private void count(TagChecker.Verdict verdict) {
        switch (verdict) {
            case RIGHT -> {}
            case STALE -> log.add(Counter.STALE, 1);
            case LOST -> log.add(Counter.LOST, 1);
            case DOUBLED -> log.add(Counter.DOUBLED, 1);
            case GARBLED -> log.add(Counter.GARBLED, 1);
        }
    }

    private void submit(int slot) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        int block = (int) (random >>> 8) & BLOCKS - 1;
        // The order of two writes under way is nobody's promise, so a block has one at a time.
        if (random > 0 && !checker.isWriting(block)) {
            write(slot, block);
        } else {
            read(slot, block);
        }
    }

    private void write(int slot, int block) {
        checker.write(block, buffers[slot].bytes());
        sent(slot, block, true, queue.write(at(block), buffers[slot], BlockTag.BYTES, this, slot));
    }

    private void read(int slot, int block) {
        BlockTag.poison(buffers[slot].bytes());
        floors[slot] = checker.floor(block);
        sent(slot, block, false, queue.read(at(block), buffers[slot], BlockTag.BYTES, this, slot));
    }

    private long at(int block) {
        return checker.lba(block) * BlockTag.BYTES;
    }

    private void sent(int slot, int block, boolean write, boolean taken) {
        if (!taken) {
            throw new IllegalStateException("the ring has fewer slots than depth=" + depth);
        }
        blocks[slot] = block;
        writes[slot] = write;
        inFlight++;
    }
}
