// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend;

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
public final class AsyncQueue<Q extends GuestQueue> implements Completion, AutoCloseable {
    /** How long a close can go unnoticed. */
    private static final int DOZE_MILLIS = 100;

    private final Q queue;
    private final Doorbell.Listener doorbell;
    private final Thread sleeper;
    private final ReentrantLock lock = new ReentrantLock();

    // All of these under the lock.
    private final Queue<AsyncRequest<Q>> waiting = new ArrayDeque<>();
    private final Map<Long, AsyncRequest<Q>> started = new HashMap<>();
    private List<AsyncRequest<Q>> answered = new ArrayList<>();
    private long lastContext;
    private boolean closed;

    /**
     * Takes the queue over; nobody else may use it.
     *
     * @param name of the thread
     */
    public AsyncQueue(Q queue, String name) {
        this.queue = queue;
        // The queue's own descriptor: it is not ours to close.
        this.doorbell = new Doorbell.Listener(new Descriptor(queue.doorbellFd()));
        this.sleeper = new Thread(this::run, name);
        sleeper.setDaemon(true);
    }

    /** Begins to complete requests. */
    public void start() {
        sleeper.start();
    }

    /** Starts requests in this order, at once or when there is room. */
    public void submit(List<? extends AsyncRequest<Q>> requests) {
        List<AsyncRequest<Q>> done;
        lock.lock();
        try {
            waiting.addAll(requests);
            if (closed) {
                abandon();
            } else {
                advance();
            }
            done = takeAnswered();
        } finally {
            lock.unlock();
        }
        done.forEach(AsyncRequest::complete);
    }

    private void run() {
        boolean running = true;
        while (running) {
            List<AsyncRequest<Q>> done;
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
            done.forEach(AsyncRequest::complete);
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
        AsyncRequest<Q> request = started.remove(context);
        if (request != null) {
            request.answered(queue, status);
            answered.add(request);
        }
    }

    private List<AsyncRequest<Q>> takeAnswered() {
        List<AsyncRequest<Q>> taken = answered;
        answered = new ArrayList<>();
        return taken;
    }

    private void abandon() {
        for (AsyncRequest<Q> request : waiting) {
            request.failed(new ClosedChannelException());
        }
        for (AsyncRequest<Q> request : started.values()) {
            request.failed(new ClosedChannelException());
        }
        answered.addAll(waiting);
        answered.addAll(started.values());
        waiting.clear();
        started.clear();
    }

    /** Fails what is outstanding; the queue is not touched any more. */
    @Override
    public void close() {
        List<AsyncRequest<Q>> done;
        lock.lock();
        try {
            closed = true;
            abandon();
            done = takeAnswered();
        } finally {
            lock.unlock();
        }
        done.forEach(AsyncRequest::complete);
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
