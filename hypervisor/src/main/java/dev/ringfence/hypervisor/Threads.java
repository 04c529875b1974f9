// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The hypervisor's threads: daemons, named after what they serve. */
final class Threads {
    private Threads() {}

    static void daemon(String name, Runnable task) {
        create(name, task).start();
    }

    static ScheduledExecutorService scheduler(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> create(name, task));
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
