// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.hypervisor.control.MachineControl;
import dev.ringfence.hypervisor.control.MachineEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Gathers from the machine's events what becomes of one kill at a time. */
final class TakeoverWatch implements AutoCloseable {
    private final String domain;
    private final int queues;
    private final MachineControl.Subscription subscription;
    private final List<QueueTakeover> takeovers = new ArrayList<>();
    private long faultNanos;

    /** @param queues how many of them a takeover has to report */
    TakeoverWatch(MachineControl machine, String domain, int queues) {
        this.domain = domain;
        this.queues = queues;
        this.subscription = machine.subscribe(this::heard);
    }

    private synchronized void heard(MachineEvent event) {
        if (!event.domain().equals(domain)) {
            return;
        }
        if (event.kind().equals("kill")) {
            // Told on the killer's thread as the last thing before the blow.
            faultNanos = System.nanoTime();
        } else if (event.kind().equals(QueueTakeover.EVENT)) {
            takeovers.add(QueueTakeover.of(event));
            notifyAll();
        }
    }

    /** Forgets the last kill. */
    synchronized void next() {
        takeovers.clear();
        faultNanos = 0;
    }

    /** When the blow fell. */
    synchronized long faultNanos() {
        return faultNanos;
    }

    /** Waits until every queue has been taken over; empty when they have not been in time. */
    synchronized Optional<List<QueueTakeover>> await(long timeoutMillis) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (takeovers.size() < queues) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                return Optional.empty();
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return Optional.of(List.copyOf(takeovers));
    }

    @Override
    public void close() {
        subscription.close();
    }
}
