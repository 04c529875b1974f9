// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.memory.ThreadClock;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.QueueStatistics;
import dev.ringfence.ring.QueueStatistics.Figure;
import dev.ringfence.ring.TokenBucket;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts what a queue's guest gets and what it costs. A {@link QueueService} tells it of each answer and publishes the
 * counts with the answers; {@link QueueWorker} looks at the clocks, now and then. It also says when the next request may be
 * taken: limits of the machine file first, then the guest's {@link FairShare}. Confined to the worker.
 */
public final class QueueMeter {
    private static final int TURNS_A_LOOK = 256;
    /** A queue that stays busy; one that goes to sleep has its count brought up to date sooner. */
    private static final long BUSY_NANOS = 10_000_000;

    private static final long IDLE_NANOS = 1_000_000;

    /** A longer pause is made of several, so that the end of the connection is not missed. */
    private static final long PAUSE_NANOS_MAX = 20_000_000;

    private final QueueStatistics statistics;
    private final TokenBucket operationsLimit;
    private final TokenBucket bytesLimit;
    private final boolean limited;
    private final FairShare share;
    private final FairShare.Flow flow;
    private final ThreadClock clock = new ThreadClock();
    private long reads;
    private long writes;
    private long flushes;
    private long discards;
    private long errors;
    private long bytesRead;
    private long bytesWritten;
    private int turns;
    private long lookedNanos;
    /** To be added to this thread's clock. */
    private long cpuBefore;

    /** Of a guest that shares its driver with nobody. */
    public QueueMeter(ControlRegion control, int queue) {
        this(control, queue, new FairShare(0), 0);
    }

    /** @param guest whose share of the process it uses */
    QueueMeter(ControlRegion control, int queue, FairShare share, int guest) {
        statistics = control.statistics(queue);
        operationsLimit = control.operations();
        bytesLimit = control.bytes();
        limited = operationsLimit.limit() > 0 || bytesLimit.limit() > 0;
        this.share = share;
        this.flow = share.join(guest);
    }

    /** Goes on from where the predecessor stopped; once the lease is held. */
    public void resume() {
        reads = statistics.get(Figure.READS);
        writes = statistics.get(Figure.WRITES);
        flushes = statistics.get(Figure.FLUSHES);
        discards = statistics.get(Figure.DISCARDS);
        errors = statistics.get(Figure.ERRORS);
        bytesRead = statistics.get(Figure.BYTES_READ);
        bytesWritten = statistics.get(Figure.BYTES_WRITTEN);
        cpuBefore = statistics.get(Figure.CPU_NANOS) - clock.cpuNanos();
    }

    /** Whether a request may be taken from the queue now. When not, the worker is to be left alone: it will pause. */
    public boolean admits() {
        return (!limited || owedNanos() == 0) && share.admits(flow);
    }

    private long owedNanos() {
        long now = System.nanoTime();
        return Math.max(operationsLimit.waitNanos(now), bytesLimit.waitNanos(now));
    }

    /** A request was taken that will move so many bytes. */
    public void took(long bytes) {
        if (limited) {
            long now = System.nanoTime();
            operationsLimit.take(1, now);
            bytesLimit.take(bytes, now);
        }
        share.charge(flow, bytes);
    }

    /** Sleeps for a while, until what there is may be taken; when nothing is in the way, not at all. */
    void pause() {
        long owed = limited ? owedNanos() : 0;
        if (owed > 0) {
            sleepLimited(Math.min(owed, PAUSE_NANOS_MAX));
        } else if (!share.admits(flow)) {
            share.await(flow);
        }
    }

    /** Says so where the hypervisor sees it, who could take a worker that sleeps on work for one that hangs. */
    private void sleepLimited(long nanos) {
        idle();
        long since = System.nanoTime();
        statistics.set(Figure.THROTTLED_UNTIL_NANOS, since + nanos);
        LockSupport.parkNanos(nanos);
        statistics.set(Figure.THROTTLED_UNTIL_NANOS, 0);
        statistics.add(Figure.THROTTLED_NANOS, System.nanoTime() - since);
        busy();
    }

    public void read(long bytes) {
        reads++;
        bytesRead += bytes;
    }

    public void wrote(long bytes) {
        writes++;
        bytesWritten += bytes;
    }

    public void flushed() {
        flushes++;
    }

    public void discarded() {
        discards++;
    }

    /** One of those was answered with an error. */
    public void failed() {
        errors++;
    }

    /** So many requests, or frames, came to nothing. */
    public void failed(int count) {
        errors += count;
    }

    /** Shows what has been counted. */
    public void publish() {
        statistics.set(Figure.READS, reads);
        statistics.set(Figure.WRITES, writes);
        statistics.set(Figure.FLUSHES, flushes);
        statistics.set(Figure.DISCARDS, discards);
        statistics.set(Figure.ERRORS, errors);
        statistics.set(Figure.BYTES_READ, bytesRead);
        statistics.set(Figure.BYTES_WRITTEN, bytesWritten);
    }

    /** At every turn of the worker. */
    void turn() {
        if (++turns % TURNS_A_LOOK == 0) {
            look(BUSY_NANOS);
        }
    }

    /** Before the worker sleeps. */
    void idle() {
        look(IDLE_NANOS);
        share.idle(flow);
    }

    /** Before it looks for requests, for the first time or after {@link #idle}. */
    void busy() {
        share.busy(flow);
    }

    /** The worker serves no more. */
    void leave() {
        share.leave(flow);
    }

    private void look(long sinceNanos) {
        long now = System.nanoTime();
        if (now - lookedNanos >= sinceNanos) {
            lookedNanos = now;
            statistics.set(Figure.CPU_NANOS, cpuBefore + clock.cpuNanos());
        }
    }

    /** The worker is about to take its process with it; so that the length of the outage is known. */
    void dying() {
        statistics.set(Figure.FAULT_NANOS, System.nanoTime());
    }
}
