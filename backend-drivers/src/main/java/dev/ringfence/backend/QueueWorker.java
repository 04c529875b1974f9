// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.Lease;
import dev.ringfence.memory.Processes;
import dev.ringfence.ring.Activity;
import dev.ringfence.ring.AdaptiveSpin;
import dev.ringfence.ring.ImplausibleJournalException;
import dev.ringfence.ring.Settlement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread of this process that may serve a queue: waits for its lease, settles, replays, serves until the
 * connection ends.
 *
 * <p>In a standby it sleeps in the kernel, in {@link Lease#acquire}, and everything it will need is there already. If it
 * ends in any other way than by the connection's end, the process dies with it.
 */
final class QueueWorker implements Runnable {
    private static final LastWords LAST_WORDS = LastWords.listen();

    /** A worker may be a real-time thread, and one of those that never sleeps is taken for one that went mad. */
    private static final int REST_TURNS = 1 << 16;

    private final BackendConnection connection;
    private final BackendQueue queue;
    private final RecoveryGate gate;
    private final Caution caution;
    private final Settlement settlement;
    private final AdaptiveSpin spin = AdaptiveSpin.standard();
    private final CompletableFuture<Integer> threadId = new CompletableFuture<>();
    private final CompletableFuture<Lease.Outcome> acquired = new CompletableFuture<>();

    QueueWorker(BackendConnection connection, BackendQueue queue, RecoveryGate gate, Caution caution) {
        this.connection = connection;
        this.queue = queue;
        this.gate = gate;
        this.caution = caution;
        this.settlement = new Settlement(queue.journal().slots());
    }

    /** The kernel's id of this thread, once it runs: what the lease's word will hold. */
    CompletableFuture<Integer> threadId() {
        return threadId;
    }

    CompletableFuture<Lease.Outcome> acquired() {
        return acquired;
    }

    @Override
    public void run() {
        try {
            threadId.complete(Processes.threadId());
            Lease.Outcome outcome = connection.awaitTurn() ? queue.lease().acquire() : Lease.Outcome.CLOSED;
            if (outcome == Lease.Outcome.CLOSED) {
                withdraw();
            } else {
                serveAs(outcome);
                queue.lease().close();
            }
            acquired.complete(outcome);
            queue.meter().leave();
            connection.ended();
        } catch (Throwable error) {
            queue.meter().dying();
            // With the lease still ours: it is our end as a thread that hands it over.
            LAST_WORDS.of(Thread.currentThread().getName(), error);
        }
    }

    private void serveAs(Lease.Outcome outcome) {
        long heldNanos = System.nanoTime();
        connection.serving();
        try {
            queue.journal().settle(settlement);
            queue.service().examine(settlement);
        } catch (ImplausibleJournalException e) {
            // Not guessed at: the last owner's thread is dead, so the front-end can safely send everything again.
            withdraw();
            connection.lost(e.getMessage());
            return;
        }
        if (outcome == Lease.Outcome.INHERITED) {
            caution.judge(queue.journal(), settlement, queue.lease().predecessor());
        }
        queue.journal().begin(Activity.WAITING);
        gate.passSettled();
        queue.journal().begin(Activity.SERVING);
        long settledNanos = System.nanoTime();
        connection.rebuildOnce(outcome);
        caution.replay(queue.service(), settlement);
        caution.replayed();
        queue.journal().begin(Activity.WAITING);
        gate.passReplayed();
        caution.awaitReplays();
        queue.journal().begin(Activity.SERVING);
        long replayedNanos = System.nanoTime();
        acquired.complete(outcome);
        int taken = queue.service().serve();
        if (outcome == Lease.Outcome.INHERITED) {
            connection.report(new TakeoverFigures(
                    queue.number(),
                    settlement.answeredCount(),
                    settlement.unfinishedCount(),
                    settlement.startedCount(),
                    heldNanos,
                    settledNanos,
                    replayedNanos,
                    System.nanoTime()));
            queue.service().convictions().forEach(connection::report);
        }
        queue.meter().busy();
        serve(taken);
        queue.meter().idle();
    }

    /** The other queues wait for this one in vain. */
    private void withdraw() {
        gate.withdraw();
        caution.replayed();
    }

    private void serve(int already) {
        QueueService service = queue.service();
        int taken = already;
        for (int turn = 1; !connection.closing(); turn++) {
            if (turn % REST_TURNS == 0) {
                LockSupport.parkNanos(1);
            }
            if (taken < 0) {
                connection.violated(service.violation());
                return;
            }
            Misbehaviour.actUp();
            queue.meter().turn();
            if (taken == 0 && isHeldBack(service)) {
                queue.journal().begin(Activity.WAITING);
                queue.meter().pause();
                queue.journal().begin(Activity.SERVING);
            } else if (taken == 0 && !spin(service) && !service.armAndRecheck() && !connection.closing()) {
                queue.meter().idle();
                service.await(queue.listener());
                queue.meter().busy();
            }
            taken = service.serve();
        }
    }

    /** There is work, and a limit or others' share in its way. */
    private boolean isHeldBack(QueueService service) {
        return service.isDearToLook()
                ? !queue.meter().admits() && service.hasWork()
                : service.hasWork() && !queue.meter().admits();
    }

    /** A guest that is busy asks again within microseconds; waking us would cost it tens of them. */
    private boolean spin(QueueService service) {
        if (service.isDearToLook()) {
            return false;
        }
        if (service.hasWork()) {
            return true;
        }
        long nanos = spin.nextNanos();
        if (nanos == 0) {
            return false;
        }
        long since = System.nanoTime();
        do {
            Thread.onSpinWait();
            if (service.hasWork() || connection.closing()) {
                spin.found();
                return true;
            }
        } while (System.nanoTime() - since < nanos);
        spin.missed();
        return false;
    }
}
