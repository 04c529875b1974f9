// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/**
 * The memory of a connection that driver processes and hypervisor map and the guest does not: leases, journals, and what
 * else a successor must know.
 *
 * <pre>
 *        0  magic, version     +64 flushError    +128 incarnation    +192 outages, stalledNanos, lastOutageNanos
 *           +256 limits: operations, bytes a second; their buckets +320 and +384: see {@link TokenBucket}
 *     4096  queue 0            lease, journal: see {@link Journal}
 *           queue 1 ...
 *           what the kind of connection adds: see {@link #tail}
 * </pre>
 */
public final class ControlRegion {
    private static final int MAGIC = 0x31434652; // "RFC1"
    private static final int VERSION = 1;
    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 4;
    private static final int FLUSH_ERROR = 64;
    private static final int INCARNATION = 128;
    private static final int OUTAGES = 192;
    private static final int STALLED_NANOS = 200;
    private static final int LAST_OUTAGE_NANOS = 208;
    private static final int OPERATIONS_LIMIT = 256;
    private static final int BYTES_LIMIT = 264;
    private static final int OPERATIONS_PAID = 320;
    private static final int BYTES_PAID = 384;
    private static final int HEADER_BYTES = SharedMemory.PAGE_BYTES;

    private final Window memory;
    private final int queues;
    private final int slots;

    public ControlRegion(Window memory, int queues, int slots) {
        if (memory.bytes() < bytes(queues, slots)) {
            throw new IllegalArgumentException(
                    "control region is too small: bytes=" + memory.bytes() + " queues=" + queues + " slots=" + slots);
        }
        this.memory = memory;
        this.queues = queues;
        this.slots = slots;
    }

    public static long bytes(int queues, int slots) {
        return HEADER_BYTES + queues * Journal.bytes(slots);
    }

    /** Lays out a fresh connection; by the hypervisor, before any driver sees it. */
    public void initialise() {
        initialise(0);
    }

    /** As {@link #initialise()}, for rings whose front-end begins at another index. */
    public void initialise(int firstIndex) {
        memory.putInt(MAGIC_OFFSET, MAGIC);
        memory.putInt(VERSION_OFFSET, VERSION);
        memory.putInt(INCARNATION, 1);
        for (int queue = 0; queue < queues; queue++) {
            new Journal(queue(queue), slots).initialise(firstIndex);
        }
    }

    /** @throws ImplausibleJournalException when it isn't one, or one of another version */
    public void check() {
        if (memory.getInt(MAGIC_OFFSET) != MAGIC || memory.getInt(VERSION_OFFSET) != VERSION) {
            throw new ImplausibleJournalException("control region version=" + memory.getInt(VERSION_OFFSET));
        }
    }

    public int queues() {
        return queues;
    }

    public int slots() {
        return slots;
    }

    /** Lease and journal of one queue. */
    public Window queue(int queue) {
        return memory.slice(HEADER_BYTES + queue * Journal.bytes(slots), Journal.bytes(slots));
    }

    /** Memory behind the last queue, for who has made the region larger by so many bytes. */
    public Window tail(long bytes) {
        return memory.slice(bytes(queues, slots), bytes);
    }

    public QueueStatistics statistics(int queue) {
        return new QueueStatistics(queue(queue));
    }

    /** Limits what the guest may have in a second, 0 for no limit; by the hypervisor, before any driver sees it. */
    public void limit(long operations, long bytes) {
        memory.putLong(OPERATIONS_LIMIT, operations);
        memory.putLong(BYTES_LIMIT, bytes);
    }

    public TokenBucket operations() {
        return new TokenBucket(memory, OPERATIONS_LIMIT, OPERATIONS_PAID);
    }

    public TokenBucket bytes() {
        return new TokenBucket(memory, BYTES_LIMIT, BYTES_PAID);
    }

    /** Counts a time without answers, from a driver's death to its successor's first one; by the hypervisor alone. */
    public void recordOutage(long nanos) {
        memory.putLong(OUTAGES, outages() + 1);
        memory.putLong(STALLED_NANOS, stalledNanos() + nanos);
        memory.putLong(LAST_OUTAGE_NANOS, nanos);
    }

    /** How often the connection was taken over. */
    public long outages() {
        return memory.getLongAcquire(OUTAGES);
    }

    /** The lengths of all outages together. */
    public long stalledNanos() {
        return memory.getLongAcquire(STALLED_NANOS);
    }

    public long lastOutageNanos() {
        return memory.getLongAcquire(LAST_OUTAGE_NANOS);
    }

    /** The error number of the first flush that failed on this connection, or 0. */
    public int flushError() {
        return memory.getIntAcquire(FLUSH_ERROR);
    }

    /**
     * Makes a failed flush stick: the kernel reports a write-back error once to each open file, so that a later flush, or
     * a successor's, would wrongly succeed.
     */
    public void recordFlushError(int errno) {
        memory.putIntRelease(FLUSH_ERROR, errno);
    }

    /** Which life of its driver serves the connection: 1 for the first. */
    public int incarnation() {
        return memory.getIntAcquire(INCARNATION);
    }

    /** Once a takeover, by one thread of the heir that holds all leases of the connection. */
    public void raiseIncarnation() {
        memory.putIntRelease(INCARNATION, memory.getInt(INCARNATION) + 1);
    }
}
