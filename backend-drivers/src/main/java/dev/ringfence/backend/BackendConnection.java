// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.Lease;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Defect;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection as one driver process sees it: served when the process holds its leases, waited for otherwise.
 *
 * <p>Ends when the guest disconnects or breaks the protocol; then every worker closes its queue, and with the last one the
 * memory is let go.
 */
final class BackendConnection {
    private static final Logger LOG = LoggerFactory.getLogger(BackendConnection.class);

    private final int number;
    private final ConnectionSpec spec;
    private final ConnectionEvents events;
    private final Heirship heirship;
    private final SharedMemory region;
    private final SharedMemory control;
    private final ControlRegion controlRegion;
    private final GrantMap grants;
    private final List<BackendQueue> queues = new ArrayList<>();
    private final List<QueueWorker> workers = new ArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicBoolean rebuilt = new AtomicBoolean();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Object bells = new Object();
    private boolean bellsClosed;
    private volatile boolean closing;
    private volatile boolean lost;
    private volatile boolean served;
    private volatile String violation = "";

    BackendConnection(int number, ConnectionSpec spec, ConnectionEvents events, Heirship heirship, Memory memory) {
        this.number = number;
        this.spec = spec;
        this.events = events;
        this.heirship = heirship;
        this.region = memory.region();
        this.control = memory.control();
        this.controlRegion = memory.layout();
        this.grants = memory.grants();
    }

    /** The mapped memory of a connection. */
    record Memory(SharedMemory region, SharedMemory control, ControlRegion layout, GrantMap grants) {}

    ConnectionSpec spec() {
        return spec;
    }

    /** Adds a queue; before {@link #start}. */
    void add(BackendQueue queue) {
        queues.add(queue);
    }

    /** Starts the workers; they wait for their leases, once this process is the heir. */
    void start(RecoveryGate gate) {
        running.set(queues.size());
        boolean inOffice = heirship.expect(queues.size());
        for (BackendQueue queue : queues) {
            gate.expect();
            QueueWorker worker = new QueueWorker(this, queue, gate);
            worker.acquired().thenAccept(heirship::settled);
            workers.add(worker);
        }
        for (int i = 0; i < workers.size(); i++) {
            String name = "queue " + spec.name() + "." + i;
            Thread thread = new Thread(workers.get(i), name);
            thread.setDaemon(true);
            thread.start();
        }
        if (inOffice) {
            // The next heir may be told of the connection as soon as we have answered, and must find its leases held.
            workers.forEach(worker -> worker.acquired().join());
        }
    }

    /** By a worker: waits until it may wait for its lease. False: the connection ends before that. */
    boolean awaitTurn() {
        return heirship.awaitTurn(this::closing);
    }

    List<Integer> threads() {
        return workers.stream().map(worker -> worker.threadId().join()).toList();
    }

    boolean closing() {
        return closing;
    }

    /** Done when every worker of this process has let go. */
    CompletableFuture<Void> end() {
        return end;
    }

    /** Asks the workers to close their queues. Any thread. */
    void close() {
        closing = true;
        heirship.wake();
        nudge();
    }

    /** Makes every worker look around once. Any thread. */
    void nudge() {
        synchronized (bells) {
            if (!bellsClosed) {
                queues.forEach(queue -> queue.self().ring());
            }
        }
    }

    /** What the guest did to the protocol, or empty. */
    String violation() {
        return violation;
    }

    /** By a worker: the guest broke the protocol. */
    void violated(String reason) {
        synchronized (this) {
            if (violation.isEmpty()) {
                violation = reason;
                LOG.warn("connection {}: closed, the front-end broke the protocol: {}", spec.name(), reason);
            }
        }
        close();
    }

    /** By a worker that got its lease: from now on the end of the connection is this process's to tell. */
    void serving() {
        served = true;
    }

    /** By a worker: what its predecessor left can't be believed; the connection ends, and begins afresh. */
    void lost(String reason) {
        lost = true;
        LOG.error("connection {}: {}; the front-end is asked to connect again", spec.name(), reason);
        close();
    }

    boolean isLost() {
        return lost;
    }

    /** By each worker as the last thing it does with the connection. */
    void ended() {
        if (running.decrementAndGet() > 0) {
            return;
        }
        closeBells();
        region.close();
        control.close();
        if (served) {
            events.closed(number, violation);
        }
        end.complete(null);
    }

    /** Whoever nudges us meanwhile must not ring what has our bell's number next. */
    private void closeBells() {
        synchronized (bells) {
            bellsClosed = true;
            queues.forEach(queue -> {
                queue.listener().close();
                queue.self().close();
                queue.frontend().close();
            });
        }
    }

    /** By every worker once all queues of the device are settled; the first one does it for the connection. */
    void rebuildOnce(Lease.Outcome outcome) {
        synchronized (grants) {
            if (rebuilt.compareAndSet(false, true)) {
                if (!Defect.PINS_NOT_REBUILT.isOn()) {
                    grants.rebuildInUse();
                }
                if (outcome == Lease.Outcome.INHERITED) {
                    controlRegion.raiseIncarnation();
                }
            }
        }
    }

    /** A takeover's figures, as soon as they are known; the worker goes on serving while they are told. */
    void report(TakeoverFigures figures) {
        events.takenOver(spec.name(), controlRegion.incarnation(), figures);
    }
}
