// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/**
 * The memory that the benchmark shares with its loaded guest: orders one way, completion times the other, with no system
 * call and no allocation on the guest's side. Times are CLOCK_MONOTONIC, which all processes of a host read alike.
 *
 * <pre>
 *   page 0          depth, generation                                        written by the benchmark
 *   each queue      a page: number of records, {@link Counter}s              written by the queue's thread
 *                   {@link #RECORDS} of: time, operations completed by then    the oldest overwritten
 * </pre>
 */
final class LoadMemory implements AutoCloseable {
    static final int RECORDS = 1 << 20;
    /** A gap between completions that a guest would notice. */
    static final long LONG_GAP_NANOS = 100_000;

    private static final int PAGE = SharedMemory.PAGE_BYTES;
    private static final int RECORD_BYTES = 16;
    private static final int COUNTERS = 64;
    private static final int DEPTH = 0;
    private static final int GENERATION = 4;
    private static final long QUEUE_BYTES = PAGE + (long) RECORDS * RECORD_BYTES;

    private final SharedMemory memory;
    private final int queues;

    private LoadMemory(SharedMemory memory) {
        this.memory = memory;
        this.queues = (int) ((memory.bytes() - PAGE) / QUEUE_BYTES);
    }

    static LoadMemory create(int queues) {
        return new LoadMemory(SharedMemory.create("ringfence-bench-load", PAGE + queues * QUEUE_BYTES));
    }

    static LoadMemory open(Descriptor descriptor) {
        return new LoadMemory(SharedMemory.open(descriptor));
    }

    Descriptor descriptor() {
        return memory.descriptor();
    }

    int queues() {
        return queues;
    }

    /** How many requests each queue is to keep under way; 0: none. */
    int depth() {
        return memory.window().getIntAcquire(DEPTH);
    }

    int generation() {
        return memory.window().getInt(GENERATION);
    }

    /** Orders a load; every one has a generation of its own. */
    void order(int depth) {
        Window window = memory.window();
        if (depth > 0) {
            window.putInt(GENERATION, generation() + 1);
        }
        window.putIntRelease(DEPTH, depth);
    }

    Queue queue(int number) {
        return new Queue(memory.window(PAGE + number * QUEUE_BYTES, QUEUE_BYTES));
    }

    long sum(Counter counter) {
        long sum = 0;
        for (int i = 0; i < queues; i++) {
            sum += queue(i).get(counter);
        }
        return sum;
    }

    /** When the last completion came on the queue that has waited longest for one. */
    long lastNanosOfAll() {
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < queues; i++) {
            earliest = Math.min(earliest, queue(i).lastNanos());
        }
        return earliest;
    }

    @Override
    public void close() {
        memory.close();
    }

    /** One queue's part. Written by one thread, read by any. */
    static final class Queue {
        private final Window window;
        private long written;

        private Queue(Window window) {
            this.window = window;
            this.written = window.getLongAcquire(0);
        }

        void append(long nanos, long operations) {
            long at = record(written);
            window.putLong(at, nanos);
            window.putLong(at + 8, operations);
            window.putLongRelease(0, ++written);
        }

        private static long record(long number) {
            return PAGE + (number & RECORDS - 1) * RECORD_BYTES;
        }

        long get(Counter counter) {
            return window.getLongAcquire(COUNTERS + counter.ordinal() * 8L);
        }

        void set(Counter counter, long value) {
            window.putLongRelease(COUNTERS + counter.ordinal() * 8L, value);
        }

        void add(Counter counter, long value) {
            set(counter, window.getLong(COUNTERS + counter.ordinal() * 8L) + value);
        }

        /** When the last completion came; 0 before the first. */
        long lastNanos() {
            long count = window.getLongAcquire(0);
            return count == 0 ? 0 : window.getLong(record(count - 1));
        }

        /**
         * Completion times, ascending: the last one before {@code nanos} and all since.
         *
         * @throws IllegalStateException when some of them have been overwritten already
         */
        long[] timesSince(long nanos) {
            long end = window.getLongAcquire(0);
            long begin = end;
            long oldest = Math.max(0, end - RECORDS / 2);
            while (begin > oldest && (begin == end || window.getLong(record(begin)) >= nanos)) {
                begin--;
            }
            if (begin == oldest && oldest > 0) {
                throw new IllegalStateException("completion times are overwritten: nanos=" + nanos + " end=" + end);
            }
            long[] times = new long[(int) (end - begin)];
            for (int i = 0; i < times.length; i++) {
                times[i] = window.getLong(record(begin + i));
            }
            return times;
        }
    }
}
