// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.ConnectionPages;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.Lease;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;
import java.util.List;
import java.util.Optional;

/**
 * Makes connections of what the hypervisor hands over. The order of descriptors is that of {@code Message.Attach}: I/O
 * region, control region, then of each queue the bell it listens to, the front-end's bell, and its own bell's other end.
 */
final class ConnectionAssembly {
    private static final int QUEUE_DESCRIPTORS = 3;

    private final int process;
    private final int domid;
    private final SlowFences slowFences;
    private final ConnectionEvents events;
    /** Between all guests of this process. */
    private final FairShare share = new FairShare(FairShare.QUANTUM_BYTES);

    /** The slow fence of a queue; returns when its last owner is known to be dead. */
    @FunctionalInterface
    interface SlowFences {
        void awaitDeathOfOwner(int connection, int queue);
    }

    /**
     * @param process the number our hypervisor knows this process by
     * @param domid this domain's: whom the guests must have granted their pages
     */
    ConnectionAssembly(int process, int domid, SlowFences slowFences, ConnectionEvents events) {
        this.process = process;
        this.domid = domid;
        this.slowFences = slowFences;
        this.events = events;
    }

    /**
     * A connection that is not started yet; from now on it owns the descriptors.
     *
     * @param ringFrames of each queue, the first frame of its ring
     */
    BackendConnection assemble(
            int number,
            ConnectionSpec spec,
            List<Integer> ringFrames,
            ServedDevice device,
            Heirship heirship,
            List<Descriptor> descriptors) {
        SharedMemory region = SharedMemory.open(descriptors.get(0));
        SharedMemory control = SharedMemory.openPopulated(descriptors.get(1));
        ControlRegion layout = new ControlRegion(control.window(), spec.queues().size(), spec.slots());
        layout.check();
        Optional<QueueContext.Flips> flips = flips(spec, region, layout);
        GrantMap grants = flips.map(pages -> new GrantMap(region.window(), domid, pages.owners(), spec.frontend()))
                .orElseGet(() -> new GrantMap(region.window(), domid));
        BackendConnection connection = new BackendConnection(
                number, spec, events, heirship, new BackendConnection.Memory(region, control, layout, grants));
        ServedDevice.Services services = device.connect(spec);
        connection.end().thenRun(services::close);
        for (int queue = 0; queue < spec.queues().size(); queue++) {
            Window ring = RegionLayout.frames(
                    region.window(),
                    ringFrames.get(queue),
                    spec.queues().get(queue).ringRefs().size());
            int bells = 2 + QUEUE_DESCRIPTORS * queue;
            Doorbell.Ringer frontend = new Doorbell.Ringer(descriptors.get(bells + 1));
            Journal journal = new Journal(layout.queue(queue), spec.slots());
            QueueMeter meter = new QueueMeter(layout, queue, share, spec.frontend());
            QueueContext context = new QueueContext(
                    spec, queue, ring, region.window(), grants, layout, journal, meter, frontend, flips);
            connection.add(new BackendQueue(
                    queue,
                    lease(number, queue, layout, journal),
                    journal,
                    services.service(context),
                    meter,
                    new Doorbell.Listener(descriptors.get(bells)),
                    new Doorbell.Ringer(descriptors.get(bells + 2)),
                    frontend));
        }
        return connection;
    }

    private Optional<QueueContext.Flips> flips(ConnectionSpec spec, SharedMemory region, ControlRegion control) {
        ConnectionPages pages = new ConnectionPages(spec, RegionLayout.of(region.window()));
        return spec.receive().flips()
                ? Optional.of(new QueueContext.Flips(pages.owners(control), region, domid))
                : Optional.empty();
    }

    private Lease lease(int connection, int queue, ControlRegion layout, Journal journal) {
        return new Lease(layout.queue(queue), journal, process, () -> slowFences.awaitDeathOfOwner(connection, queue));
    }
}
