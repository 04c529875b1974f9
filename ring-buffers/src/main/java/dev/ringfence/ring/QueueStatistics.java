// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import dev.ringfence.memory.Window;

/**
 * What one queue has done and cost so far, over all lives of its driver: totals beside the journal, so that they outlive who
 * counts.
 *
 * <p>Written by the holder of the queue's lease alone, read by anybody. Evidence of nothing: a driver can write here what
 * it likes, a death may lose the count of the last few answers, and no successor acts on it.
 */
public final class QueueStatistics {
    /** One 64-bit word each, in this order. */
    public enum Figure {
        READS,
        WRITES,
        FLUSHES,
        DISCARDS,
        /** Requests answered with an error, which are among the others too. */
        ERRORS,
        BYTES_READ,
        BYTES_WRITTEN,
        /** Processor time of the threads that served the queue, waiting for requests included. */
        CPU_NANOS,
        /** How long requests were left in the ring because of a limit. */
        THROTTLED_NANOS,
        /** While the worker sleeps because of a limit: until when, by the machine's monotonic clock; 0 otherwise. */
        THROTTLED_UNTIL_NANOS,
        /** When a worker found that it had to die, by the machine's monotonic clock; 0 when none did. */
        FAULT_NANOS;

        private final int offset = ordinal() * Long.BYTES;
    }

    private static final int BYTES = Figure.values().length * Long.BYTES;

    private final Window memory;

    /** @param control the queue's control memory */
    public QueueStatistics(Window control) {
        memory = control.slice(JournalLayout.HEADER_STATISTICS, BYTES).unwatched();
    }

    public long get(Figure figure) {
        return memory.getLongAcquire(figure.offset);
    }

    public void set(Figure figure, long value) {
        memory.putLong(figure.offset, value);
    }

    public void add(Figure figure, long value) {
        set(figure, memory.getLong(figure.offset) + value);
    }
}
