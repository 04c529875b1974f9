// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.domain.Message;
import dev.ringfence.fault.DiskHistory;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two queues of one disk, where the worker of the first is slow: it stands still after one of its stores, and its successor
 * after one of its own, while the second queue reads, writes and reads the very same sectors.
 *
 * <pre>
 *   first queue    writes A ... stands still ... dies | takes over ... stands still ... goes on
 *   second queue                reads, writes B, reads, dies | takes over, reads, writes C, reads
 * </pre>
 *
 * <p>Deaths are those of threads: the kernel hands both leases on as if the process had died.
 */
final class TwoQueueRun {
    /** Having recovered, a worker notes that it waits for the other queue, and that it does no longer. */
    private static final int GATE_STORES = 2;

    private static final int COUNT = 8;
    private static final int SLOW = 0;
    private static final int QUICK = 1;
    /** How long an answer may take before it counts as held back, which is no failure. */
    private static final long HELD_BACK_MILLIS = 10;

    private final Stage stage;
    private final Lab lab;
    private final LabProcess process;
    private final LabConnection connection;
    private final Patience patience;

    /**
     * What a run came to.
     *
     * @param driverStoodStill it had that many stores; and so had its successor
     */
    record Result(boolean driverStoodStill, boolean successorStoodStill, List<String> violations) {}

    private TwoQueueRun(Lab lab, LabProcess process, long patienceMillis) {
        this.lab = lab;
        this.stage = lab.stage();
        this.process = process;
        this.connection = new LabConnection(lab, LabConnection.Shape.plain(2, Workloads.BEFORE_WRAP));
        this.patience = new Patience(connection, patienceMillis, this::isAlive);
    }

    /** The driver's worker stands still after store {@code driver} of its work, the successor's after {@code successor}. */
    static Result run(Lab lab, Hosts hosts, int driver, int successor, long patienceMillis) {
        LabProcess process = hosts.take();
        TwoQueueRun run = new TwoQueueRun(lab, process, patienceMillis);
        try {
            return run.run(driver, successor);
        } finally {
            hosts.giveBack(process, run.connection.history().violations().isEmpty());
            run.connection.close();
        }
    }

    private Result run(int driver, int successor) {
        int first = lab.nextLife();
        int second = lab.nextLife();
        boolean stoodStill = false;
        if (firstLife(first, driver, second, successor)) {
            stoodStill = secondLife(second);
        }
        return new Result(
                stage.isMet(first, SLOW), stoodStill, connection.history().violations());
    }

    private boolean firstLife(int first, int driver, int second, int successor) {
        Fate slow = Fate.at(Fate.Action.HOLD, GATE_STORES + driver)
                .from(Fate.From.RECOVERY)
                .amongAllStores();
        List<Integer> threads = process.attach(connection, first, List.of(slow));
        if (!patience.await(() -> threads.contains(connection.lease(SLOW).ownerThread()), "an owner")
                || !patience.await(
                        () -> threads.contains(connection.lease(QUICK).ownerThread()), "an owner")
                || !patience.await(connection.queue(QUICK)::isDriverIdle, "an idle driver")) {
            return false;
        }
        process.attach(connection, second, List.of(Fate.at(Fate.Action.HOLD, successor)));
        connection.queue(SLOW).submit(Operation.write(0, COUNT));
        connection.queue(SLOW).publish();
        if (!patience.await(
                () -> stage.isMet(first, SLOW) || isDone(connection.queue(SLOW)), "a worker that stands still")) {
            return false;
        }
        workQuickly();
        for (int queue = 0; queue < Stage.QUEUES; queue++) {
            stage.verdict(first, queue, Stage.DIE);
            connection.queue(queue).ring();
        }
        return true;
    }

    private static boolean isDone(LabQueue queue) {
        return queue.poll() && queue.outstanding() == 0 && queue.isDriverIdle();
    }

    /** True when the slow worker of this life had to be told to go on. */
    private boolean secondLife(int second) {
        if (!patience.await(() -> stage.isMet(second, SLOW) || stage.recovered(second, SLOW) > 0, "a takeover")) {
            return false;
        }
        boolean stoodStill = stage.isMet(second, SLOW);
        workQuickly();
        stage.verdict(second, SLOW, Stage.GO_ON);
        if (patience.await(() -> connection.queues().stream().allMatch(TwoQueueRun::isDone), "all answers")) {
            finish(second);
        }
        return stoodStill;
    }

    private void finish(int second) {
        for (LabQueue queue : connection.queues()) {
            queue.submit(Operation.read(0, COUNT));
            queue.publish();
            if (!patience.await(() -> isDone(queue), "the last answers")) {
                return;
            }
        }
        connection.history().finished(connection.readImage());
        process.detach(second);
        patience.await(() -> process.notices().stream().anyMatch(Message.Closed.class::isInstance), "the end");
    }

    /** As long as the answers come; the first that is held back ends it. */
    private void workQuickly() {
        LabQueue queue = connection.queue(QUICK);
        awaitUnlessHeldBack(queue);
        for (Operation operation :
                List.of(Operation.read(0, COUNT), Operation.write(0, COUNT), Operation.read(0, COUNT))) {
            if (queue.outstanding() > 0) {
                return;
            }
            queue.submit(operation);
            queue.publish();
            awaitUnlessHeldBack(queue);
        }
    }

    private void awaitUnlessHeldBack(LabQueue queue) {
        long heldBack = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HELD_BACK_MILLIS);
        patience.await(
                () -> !queue.poll() || queue.outstanding() == 0 || System.nanoTime() - heldBack > 0, "an answer");
    }

    private boolean isAlive() {
        if (process.isDead()) {
            connection.history().violation(DiskHistory.Nature.PROTOCOL, "the driver died of itself: " + process.log());
            return false;
        }
        return true;
    }
}
