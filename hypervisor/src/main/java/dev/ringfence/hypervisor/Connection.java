// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.ConnectionPages;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.UsageStatus;
import dev.ringfence.hypervisor.health.QueueReading;
import dev.ringfence.hypervisor.health.ViolationReport;
import dev.ringfence.hypervisor.keeper.Kept;
import dev.ringfence.hypervisor.machine.RateLimits;
import dev.ringfence.memory.Arrival;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.QueueStatistics;
import dev.ringfence.ring.QueueStatistics.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A connection as its hypervisor knows it: what any later process of the driver domain needs to take it over, and the
 * control memory, which outlives them all.
 */
final class Connection implements AutoCloseable {
    /** Owner, standbys and those about to be, with room: process numbers grow over all domains of the machine. */
    private static final int PROCESSES_KEPT = 1_000;
    /** A page each for 64 KiB and one that an extra info burns; a driver that has them waits for nothing else. */
    private static final int LARGEST_FRAME_BUFFERS = 18;

    private final int number;
    private final ConnectionSpec spec;
    private final GuestDevice device;
    private final List<Integer> ringFrames;
    private final SharedMemory control;
    private final ControlRegion layout;
    /** Only then may a worker say that a limit makes it wait. */
    private final boolean limited;

    private final Keeping keeping;
    private final List<Journal> watched = new ArrayList<>();
    /** The threads that hold its leases or wait for them, by process; guarded by itself. */
    private final Map<Integer, List<Integer>> threads = new LinkedHashMap<>();

    private List<Arrival> arrivals = List.of();
    private boolean closed;

    private Connection(Notes.Bond bond, GuestDevice device, SharedMemory control, Keeper keeper, int domid) {
        this.number = bond.number();
        this.spec = bond.spec();
        this.device = device;
        this.ringFrames = List.copyOf(bond.ringFrames());
        this.control = control;
        this.layout = new ControlRegion(control.window(), spec.queues().size(), spec.slots());
        this.keeping = keeper.keep(Notes.bonds(domid) + number, bond, List.of(control.descriptor()));
        RateLimits limits = device.spec().limits();
        layout.limit(limits.operations().orElse(0), limits.bytes().orElse(0));
        this.limited = limits.operations().isPresent() || limits.bytes().isPresent();
        for (int queue = 0; queue < layout.queues(); queue++) {
            watched.add(journal(queue));
        }
        device.account().open(this::usage);
    }

    private UsageStatus usage() {
        long[] totals = new long[Figure.values().length];
        int inFlight = 0;
        for (int queue = 0; queue < layout.queues(); queue++) {
            QueueStatistics statistics = layout.statistics(queue);
            for (Figure figure : Figure.values()) {
                totals[figure.ordinal()] += statistics.get(figure);
            }
            int published = device.requestsPublished(ringFrames.get(queue));
            int waiting = published - journal(queue).responseCommitted();
            // Both sides may write what they like: more than a ring holds is nonsense.
            inFlight += spec.queues().get(queue).posts() ? 0 : Math.max(0, Math.min(waiting, spec.slots()));
        }
        return new UsageStatus(
                totals[Figure.READS.ordinal()],
                totals[Figure.WRITES.ordinal()],
                totals[Figure.FLUSHES.ordinal()],
                totals[Figure.DISCARDS.ordinal()],
                totals[Figure.ERRORS.ordinal()],
                totals[Figure.BYTES_READ.ordinal()],
                totals[Figure.BYTES_WRITTEN.ordinal()],
                totals[Figure.CPU_NANOS.ordinal()],
                totals[Figure.THROTTLED_NANOS.ordinal()],
                layout.outages(),
                layout.stalledNanos(),
                layout.lastOutageNanos(),
                inFlight);
    }

    /**
     * A new one, for a driver domain.
     *
     * @throws IllegalArgumentException saying what is wrong with what its front-end published
     */
    static Connection open(Notes.Bond bond, GuestDevice device, Keeper keeper, int domid) {
        ConnectionSpec spec = bond.spec();
        ConnectionPages pages = new ConnectionPages(spec, device.layout());
        SharedMemory control =
                SharedMemory.create("ringfence-control-" + spec.frontend() + "-" + spec.handle(), pages.controlBytes());
        ControlRegion layout = new ControlRegion(control.window(), spec.queues().size(), spec.slots());
        layout.initialise();
        try {
            pages.initialise(layout, domid, bond.ringFrames());
        } catch (IllegalArgumentException e) {
            control.close();
            throw e;
        }
        return new Connection(bond, device, control, keeper, domid);
    }

    /** One that an earlier hypervisor has opened. */
    static Connection adopt(Notes.Bond bond, Kept kept, GuestDevice device, Keeper keeper, int domid) {
        return new Connection(bond, device, SharedMemory.open(kept.descriptors().get(0)), keeper, domid);
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

    /** False when its guest has given it up, or is gone. Any thread. */
    synchronized boolean isOpen() {
        return !closed && device.isOpen();
    }

    /** When each queue's worker last said that it had to die (System.nanoTime), as it says; 0 when it never did. */
    LongStream faultNanos() {
        return IntStream.range(0, layout.queues())
                .mapToLong(queue -> layout.statistics(queue).get(Figure.FAULT_NANOS));
    }

    void recordOutage(long nanos) {
        layout.recordOutage(nanos);
    }

    /** Tells a process to serve it, or to wait for its leases; what it answers. Any thread. */
    Message attach(DomainProcess process, long patienceMillis) {
        List<Descriptor> descriptors = descriptors();
        if (descriptors.isEmpty()) {
            return new Message.Failed("the guest is gone");
        }
        try {
            return call(process, descriptors, patienceMillis);
        } finally {
            descriptors.forEach(Descriptor::close);
        }
    }

    private synchronized List<Descriptor> descriptors() {
        return closed ? List.of() : device.forDriver(spec, control);
    }

    private Message call(DomainProcess process, List<Descriptor> descriptors, long patienceMillis) {
        Message answer = process.call(new Message.Attach(number, spec, ringFrames), descriptors, patienceMillis);
        if (answer instanceof Message.Attached attached) {
            synchronized (threads) {
                threads.put(process.number(), attached.threads());
                threads.keySet().removeIf(other -> other < process.number() - PROCESSES_KEPT);
            }
        }
        return answer;
    }

    /** A process's thread for a queue, as its namespace counts; 0 when it has none. Any thread. */
    int thread(int process, int queue) {
        synchronized (threads) {
            List<Integer> ids = threads.getOrDefault(process, List.of());
            return queue < ids.size() ? ids.get(queue) : 0;
        }
    }

    /** What memory says of a queue; false when it is gone. Any thread. */
    synchronized boolean read(int queue, QueueReading reading) {
        if (closed) {
            return false;
        }
        reading.read(watched.get(queue));
        if (limited) {
            reading.throttledUntil(layout.statistics(queue).get(Figure.THROTTLED_UNTIL_NANOS));
        }
        device.readRing(ringFrames.get(queue), reading);
        if (spec.queues().get(queue).posts()) {
            reading.posted(LARGEST_FRAME_BUFFERS, () -> hasArrival(queue / 2));
        }
        return true;
    }

    private boolean hasArrival(int pair) {
        return pair < arrivals.size() && arrivals.get(pair).isThere();
    }

    /** Where the frames come in that its pairs of rings receive; stays open as long as its device. */
    synchronized void wires(List<Descriptor> files) {
        arrivals = files.stream().map(Arrival::new).toList();
    }

    /** Holds a guest's report against the journal. Any thread. */
    synchronized ViolationReport.Verdict check(int queue, ViolationReport report) {
        return closed
                ? ViolationReport.Verdict.OPEN
                : new JournalEvidence(watched.get(queue), device.spec().kind()).check(report);
    }

    /** Memory that its driver maps because of it. */
    long sharedBytes() {
        return control.bytes() + device.regionBytes();
    }

    /** For the health monitor. */
    List<ConnectionQueue> queues() {
        List<ConnectionQueue> all = new ArrayList<>();
        for (int queue = 0; queue < layout.queues(); queue++) {
            all.add(new ConnectionQueue(this, queue));
        }
        return all;
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
                        .filter(queue -> !spec.queues().get(queue).posts())
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
        device.account().close();
        closed = true;
        Processors.host().leave(spec.name());
        keeping.close();
        control.close();
    }
}
