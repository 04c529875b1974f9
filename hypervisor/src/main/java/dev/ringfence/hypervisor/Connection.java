// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.Message;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import java.util.List;

/**
 * A connection as its hypervisor knows it: what any later process of the driver domain needs to take it over, and the
 * control memory, which outlives them all.
 */
final class Connection implements AutoCloseable {
    private final int number;
    private final ConnectionSpec spec;
    private final GuestDevice device;
    private final List<Integer> ringFrames;
    private final SharedMemory control;
    private final ControlRegion layout;

    Connection(int number, ConnectionSpec spec, GuestDevice device, List<Integer> ringFrames) {
        this.number = number;
        this.spec = spec;
        this.device = device;
        this.ringFrames = List.copyOf(ringFrames);
        int queues = spec.queues().size();
        long bytes = ControlRegion.bytes(queues, spec.slots());
        this.control = SharedMemory.create("ringfence-control-" + spec.frontend() + "-" + spec.handle(), bytes);
        this.layout = new ControlRegion(control.window(), queues, spec.slots());
        layout.initialise();
    }

    int number() {
        return number;
    }

    ConnectionSpec spec() {
        return spec;
    }

    GuestDevice device() {
        return device;
    }

    int incarnation() {
        return layout.incarnation();
    }

    /** Tells a process to serve it, or to wait for its leases; what it answers. */
    Message attach(DomainProcess process) {
        return process.call(new Message.Attach(number, spec, ringFrames), device.forDriver(spec, control));
    }

    Journal journal(int queue) {
        return new Journal(layout.queue(queue), spec.slots());
    }

    /** True when the process holds every lease. */
    boolean isOwnedBy(DomainProcess process) {
        for (int queue = 0; queue < layout.queues(); queue++) {
            Journal journal = journal(queue);
            if (journal.owner() != process.number() && journal.ownership() != Journal.Ownership.CLOSED) {
                return false;
            }
        }
        return true;
    }

    /**
     * The slow fence, once every process but the heir is proven to be gone: whatever they left in the lock words, the heir
     * gets the leases that the kernel has not handed on.
     *
     * @param heir its number; 0 when there is none, and the next process to come shall find the leases free
     * @param heirThreads the heir's own threads, which may have a lease by now and are left alone
     * @return how many leases needed it
     */
    int handOver(int heir, List<Integer> heirThreads) {
        int handed = 0;
        for (int queue = 0; queue < layout.queues(); queue++) {
            Journal journal = journal(queue);
            if (journal.owner() != heir
                    && journal.ownership() != Journal.Ownership.CLOSED
                    && journal.ownership() != Journal.Ownership.FRESH
                    && Journal.lease(layout.queue(queue)).handOverFromTheDead(heirThreads)) {
                handed++;
            }
        }
        return handed;
    }

    @Override
    public void close() {
        control.close();
    }
}
