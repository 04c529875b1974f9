// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.memory.Doorbell;
import java.nio.ByteBuffer;

/** A {@link ScriptedDriver} on a thread of its own that sleeps whenever it may. */
final class RunningDriver {
    private final ScriptedDriver driver;
    private final Doorbell.Listener bell;
    private final Doorbell.Ringer front;
    private final Object device;
    private final Thread thread = new Thread(this::run, "test-driver");
    private volatile boolean stopped;
    volatile Throwable failure;

    /** @param device queues of one disk perform one request at a time */
    RunningDriver(Connection connection, int queue, Object device) {
        driver = connection.drivers.get(queue);
        bell = connection.driverBells.get(queue);
        front = connection.frontBells.get(queue);
        this.device = device;
        thread.start();
    }

    /** For all queues of a connection, over one disk. */
    static RunningDriver[] start(Connection connection) {
        RunningDriver[] running = new RunningDriver[connection.drivers.size()];
        Object device = new Object();
        ByteBuffer disk = connection.driver().disk;
        for (int queue = 0; queue < running.length; queue++) {
            connection.drivers.get(queue).disk = disk;
            running[queue] = new RunningDriver(connection, queue, device);
        }
        return running;
    }

    private void run() {
        try {
            while (!stopped) {
                boolean notify;
                synchronized (device) {
                    notify = driver.serve();
                }
                if (notify) {
                    front.ring();
                }
                if (!driver.ring.armAndRecheck()) {
                    bell.await(20);
                }
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
        if (failure != null) {
            throw new AssertionError(failure);
        }
    }
}
