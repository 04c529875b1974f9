// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hypervisor's threads: daemons, named after what they serve. */
final class Threads {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

    private Threads() {}

    static void daemon(String name, Runnable task) {
        create(name, task).start();
    }

    static ScheduledExecutorService scheduler(String name) {
        return new LoudScheduler(name);
    }

    /** An executor keeps what a task throws to itself, and a domain's thread must not fail in silence. */
    private static final class LoudScheduler extends ScheduledThreadPoolExecutor {
        private final String name;

        LoudScheduler(String name) {
            super(1, task -> create(name, task));
            this.name = name;
        }

        @Override
        protected void afterExecute(Runnable task, Throwable thrown) {
            if (task instanceof Future<?> future && future.isDone() && !future.isCancelled()) {
                try {
                    future.get();
                } catch (ExecutionException e) {
                    LOG.error("{}: a task failed", name, e.getCause());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    static Executor pool(String name) {
        return Executors.newCachedThreadPool(task -> create(name, task));
    }

    private static Thread create(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
