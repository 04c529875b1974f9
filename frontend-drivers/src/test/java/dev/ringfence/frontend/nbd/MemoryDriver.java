// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The thread that carries out the requests of a {@link MemoryBlockFrontend}'s queues. */
final class MemoryDriver {
    private final List<MemoryBlockQueue.Request> pending = new ArrayList<>();
    private final Random random;
    private final boolean outOfOrder;
    private final Thread thread;
    private boolean paused;
    private boolean stopped;

    MemoryDriver(long seed, boolean outOfOrder) {
        this.random = new Random(seed);
        this.outOfOrder = outOfOrder;
        this.thread = new Thread(this::run, "memory-driver");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void accept(List<MemoryBlockQueue.Request> requests) {
        pending.addAll(requests);
        notifyAll();
    }

    synchronized void pause() {
        paused = true;
    }

    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    void stop() {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        for (MemoryBlockQueue.Request request = next(); request != null; request = next()) {
            request.carryOut();
            request.answer();
        }
    }

    /** Null when stopped. Out of order: overlapping requests in flight are the client's business, as on any disk. */
    private synchronized MemoryBlockQueue.Request next() {
        while (!stopped && (paused || pending.isEmpty())) {
            try {
                wait();
            } catch (InterruptedException e) {
                return null;
            }
        }
        if (stopped) {
            return null;
        }
        return pending.remove(outOfOrder ? random.nextInt(pending.size()) : 0);
    }
}
