// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One queue under a lock: any thread submits, a thread of its own sleeps on the doorbell and completes.
 *
 * <p>A submitter takes answers too, so under load the sleeper has little to do. That loses no wake-up: the doorbell the
 * sleeper asked for rings whoever took the answer.
 */
final class AsyncQueue implements BlockCompletion {
    /** How long a close can go unnoticed. */
    private static final int DOZE_MILLIS = 100;

    private final BlockQueue queue;
    private final Doorbell.Listener doorbell;
    private final Thread sleeper;
    private final ReentrantLock lock = new ReentrantLock();

    // All of these under the lock.
    private final Queue<Transfer> waiting = new ArrayDeque<>();
    private final Map<Long, Transfer> started = new HashMap<>();
    private List<Transfer> answered = new ArrayList<>();
    private long lastContext;
    private boolean closed;

    AsyncQueue(BlockQueue queue, String name) {
        this.queue = queue;
        // The queue's own descriptor: it is not ours to close.
        this.doorbell = new Doorbell.Listener(new Descriptor(queue.doorbellFd()));
        this.sleeper = new Thread(this::run, name);
        sleeper.setDaemon(true);
    }

    void start() {
        sleeper.start();
    }

    void submit(List<Transfer> parts) {
        List<Transfer> done;
        lock.lock();
        try {
            waiting.addAll(parts);
            if (closed) {
                abandon();
            } else {
                advance();
            }
            done = takeAnswered();
        } finally {
            lock.unlock();
        }
        done.forEach(Transfer::complete);
    }

    private void run() {
        boolean running = true;
        while (running) {
            List<Transfer> done;
            boolean idle = false;
            lock.lock();
            try {
                running = !closed;
                if (running) {
                    advance();
                    idle = queue.arm();
                }
                done = takeAnswered();
            } finally {
                lock.unlock();
            }
            done.forEach(Transfer::complete);
            if (idle) {
                doorbell.await(DOZE_MILLIS);
            }
        }
    }

    /** Leaves nothing waiting that could start: what still waits has something in flight to wait for. */
    private void advance() {
        queue.poll();
        do {
            while (!waiting.isEmpty() && waiting.peek().start(queue, this, lastContext + 1)) {
                started.put(++lastContext, waiting.remove());
            }
            queue.publish();
        } while (queue.poll() > 0);
    }

    /** Under the lock: polling happens nowhere else. */
    @Override
    public void completed(long context, int status) {
        Transfer transfer = started.remove(context);
        if (transfer != null) {
            transfer.answered(queue, status);
            answered.add(transfer);
        }
    }

    private List<Transfer> takeAnswered() {
        List<Transfer> taken = answered;
        answered = new ArrayList<>();
        return taken;
    }

    private void abandon() {
        for (Transfer transfer : waiting) {
            transfer.failed(new ClosedChannelException());
        }
        for (Transfer transfer : started.values()) {
            transfer.failed(new ClosedChannelException());
        }
        answered.addAll(waiting);
        answered.addAll(started.values());
        waiting.clear();
        started.clear();
    }

    void close() {
        List<Transfer> done;
        lock.lock();
        try {
            closed = true;
            abandon();
            done = takeAnswered();
        } finally {
            lock.unlock();
        }
        done.forEach(Transfer::complete);
        awaitSleeper();
    }

    private void awaitSleeper() {
        boolean interrupted = false;
        while (sleeper.isAlive() && Thread.currentThread() != sleeper) {
            try {
                sleeper.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
