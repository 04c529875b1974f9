// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.HeirLease;
import dev.ringfence.domain.Lease;
import dev.ringfence.memory.Processes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * This process's place in the line of succession: its workers may wait for their leases once it is the heir, and it passes that
 * on once it has them all.
 *
 * <pre>
 *   in line     workers sleep here, everything else is ready
 *   heir        workers wait for their leases
 *   in office   every lease is held, by the word of this process: the next in line is heir
 * </pre>
 *
 * <p>Without a line a process is its own heir from the beginning.
 */
final class Heirship {
    /** The guests come first: the next heir's workers would wake up just when ours are about to answer. */
    private static final long COURTESY_NANOS = 5_000_000;

    private static final long PARKING_NANOS = 500_000_000;
    private static final long PARKING_POLL_NANOS = 200_000;

    private final Optional<HeirLease> lease;
    private Optional<CompletableFuture<Integer>> line = Optional.empty();
    private final Caution caution;
    private boolean turn;
    private int inLine;
    private int missing;
    private boolean succeeded;
    private boolean inOffice;

    private Heirship(Optional<HeirLease> lease, Caution caution) {
        this.lease = lease;
        this.caution = caution;
        this.turn = lease.isEmpty();
    }

    static Heirship withoutLine() {
        return withoutLine(Caution.none());
    }

    static Heirship withoutLine(Caution caution) {
        return new Heirship(Optional.empty(), caution);
    }

    static Heirship inLine(HeirLease lease, Caution caution) {
        return new Heirship(Optional.of(lease), caution);
    }

    Caution caution() {
        return caution;
    }

    /** Steps into line, once; the thread id that waits there or has waited, or 0 when there is no line. */
    synchronized int join() {
        if (lease.isEmpty()) {
            return 0;
        }
        if (line.isEmpty()) {
            line = Optional.of(standInLine());
        }
        return line.get().join();
    }

    private CompletableFuture<Integer> standInLine() {
        CompletableFuture<Integer> threadId = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    threadId.complete(Processes.threadId());
                    waitInLine(lease.get());
                },
                "heir");
        thread.setDaemon(true);
        thread.start();
        return threadId;
    }

    /** Waits a while until whoever of us has to wait in the kernel does so: only then is a standby ready. */
    void awaitParked(int lineThread, List<Integer> workers) {
        long since = System.nanoTime();
        while (!isParked(lineThread, workers) && System.nanoTime() - since < PARKING_NANOS) {
            LockSupport.parkNanos(PARKING_POLL_NANOS);
        }
    }

    private synchronized boolean isParked(int lineThread, List<Integer> workers) {
        if (inOffice || lease.isEmpty()) {
            return true;
        }
        return turn ? inLine == 0 && workers.stream().allMatch(Processes::isAsleep) : Processes.isAsleep(lineThread);
    }

    private void waitInLine(HeirLease heirLease) {
        caution.succeed(heirLease.acquire());
        synchronized (this) {
            turn = true;
            notifyAll();
            sleepUntil(() -> succeeded && missing == 0);
            inOffice = true;
        }
        LockSupport.parkNanos(COURTESY_NANOS);
        heirLease.pass();
    }

    private synchronized void sleepUntil(BooleanSupplier condition) {
        try {
            while (!condition.getAsBoolean()) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a driver's threads", e);
        }
    }

    /**
     * So many more leases will be waited for.
     *
     * @return true when this process has let the next heir go on already: then nobody may be told of the connection before
     *     its leases are held
     */
    synchronized boolean expect(int leases) {
        missing += leases;
        caution.expect(leases);
        return inOffice;
    }

    /** One of them is held, or nobody will hold it any more. */
    synchronized void settled(Lease.Outcome outcome) {
        missing--;
        succeeded |= outcome != Lease.Outcome.CLOSED;
        if (succeeded && missing == 0) {
            notifyAll();
        }
    }

    /** The hypervisor says that this process is the owner, if only of nothing. */
    synchronized void promoted() {
        succeeded = true;
        notifyAll();
    }

    /** By a worker: waits until it may wait for its lease. False: its connection is over before that. */
    synchronized boolean awaitTurn(BooleanSupplier over) {
        inLine++;
        sleepUntil(() -> turn || over.getAsBoolean());
        inLine--;
        return turn;
    }

    /** A connection has come to its end. */
    synchronized void wake() {
        notifyAll();
    }
}
