// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.health.QueueReading;
import dev.ringfence.hypervisor.health.ViolationReport;
import dev.ringfence.hypervisor.health.WatchedQueue;

/** One queue of a connection, for the health monitor. */
record ConnectionQueue(Connection connection, int queue) implements WatchedQueue {
    @Override
    public String name() {
        return connection.spec().name() + "." + queue;
    }

    @Override
    public int guest() {
        return connection.spec().frontend();
    }

    @Override
    public String device() {
        return connection.spec().device();
    }

    @Override
    public int slots() {
        return connection.spec().slots();
    }

    @Override
    public boolean read(QueueReading reading) {
        return connection.read(queue, reading);
    }

    @Override
    public int thread(int process) {
        return connection.thread(process, queue);
    }

    @Override
    public int pinnedGrants() {
        return queue == 0 ? connection.device().pinnedGrants() : 0;
    }

    @Override
    public long sharedBytes() {
        return queue == 0 ? connection.sharedBytes() : 0;
    }

    @Override
    public ViolationReport.Verdict check(ViolationReport report) {
        return connection.check(queue, report);
    }

    @Override
    public void nudge() {
        connection.device().ringDriver(connection.spec().queues().get(queue).eventChannel());
    }
}
