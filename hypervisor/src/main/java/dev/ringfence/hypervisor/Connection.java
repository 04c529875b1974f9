// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.Message;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

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
    private boolean closed;

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

    /** Tells a process to serve it, or to wait for its leases; what it answers. Any thread. */
    Message attach(DomainProcess process, long patienceMillis) {
        List<Descriptor> descriptors = descriptors();
        if (descriptors.isEmpty()) {
            return new Message.Failed("the guest is gone");
        }
        try {
            return process.call(new Message.Attach(number, spec, ringFrames), descriptors, patienceMillis);
        } finally {
            descriptors.forEach(Descriptor::close);
        }
    }

    private synchronized List<Descriptor> descriptors() {
        return closed ? List.of() : device.forDriver(spec, control);
    }

    Journal journal(int queue) {
        return new Journal(layout.queue(queue), spec.slots());
    }

    /** Changes with every answer. */
    long answered() {
        return IntStream.range(0, layout.queues())
                .mapToLong(queue -> journal(queue).responseCommitted())
                .reduce(number, (sum, next) -> sum * 31 + next);
    }

    /** True when some request is not answered, by the guest's word. */
    boolean isWaiting() {
        return device.isOpen()
                && IntStream.range(0, layout.queues())
                        .anyMatch(queue -> device.requestsPublished(ringFrames.get(queue))
                                != journal(queue).responseCommitted());
    }

    /** True when the process holds, or held last, one of the leases. */
    boolean hasOwner(int process) {
        return IntStream.range(0, layout.queues())
                .anyMatch(queue -> journal(queue).owner() == process);
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
     * The slow fence: a lease whose last owner is proven to be gone goes to whoever waits for it, or comes first, whatever
     * its owner left in the lock word.
     *
     * @param living the processes that are not proven to be gone, by number
     * @param threads theirs, which may have a lease by now and are left alone
     * @return how many leases needed it
     */
    int handOver(Set<Integer> living, List<Integer> threads) {
        int handed = 0;
        for (int queue = 0; queue < layout.queues(); queue++) {
            Journal journal = journal(queue);
            if (!living.contains(journal.owner())
                    && journal.ownership() != Journal.Ownership.CLOSED
                    && journal.ownership() != Journal.Ownership.FRESH
                    && Journal.lease(layout.queue(queue)).handOverFromTheDead(threads)) {
                handed++;
            }
        }
        return handed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        control.close();
    }
}
