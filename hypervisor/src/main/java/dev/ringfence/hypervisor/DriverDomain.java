// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.health.DomainWatch;
import dev.ringfence.hypervisor.machine.DriverDomainSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver domain: what its processes say and its operator asks, passed on to its {@link Connections} and its
 * {@link Succession} on the domain's own thread.
 */
final class DriverDomain {
    private static final Logger LOG = LoggerFactory.getLogger(DriverDomain.class);

    private final DriverDomainSpec spec;
    private final int domid;
    private final EventLog events;
    private final DomainWatch watch;
    private final ScheduledExecutorService thread;
    private final Connections connections;
    private final Succession succession;

    /** Finds the guest device a connection is asked for. */
    interface GuestDevices {
        Optional<GuestDevice> find(int guest, int handle);
    }

    /** What can be said of the domain without waiting for its thread. */
    record Snapshot(String state, long pid, List<Long> standbys) {}

    DriverDomain(
            DriverDomainSpec spec,
            int domid,
            DomainStarter starter,
            DomainStarter.Program program,
            Surroundings surroundings) {
        this.spec = spec;
        this.domid = domid;
        this.events = surroundings.events();
        this.watch = surroundings.watch();
        this.thread = Threads.scheduler("domain-" + spec.name());
        this.connections = new Connections(domid, surroundings.guestDevices());
        DriverLauncher launcher = new DriverLauncher(
                spec.name(),
                starter,
                program,
                surroundings.devices(),
                surroundings.watch(),
                this::received,
                this::died);
        this.succession = new Succession(spec.name(), spec.standbys(), launcher, connections, events, thread);
    }

    /** What a driver domain needs of its machine. */
    record Surroundings(EventLog events, GuestDevices guestDevices, List<DeviceFile> devices, DomainWatch watch) {}

    DriverDomainSpec spec() {
        return spec;
    }

    int domid() {
        return domid;
    }

    DomainWatch watch() {
        return watch;
    }

    int incarnation() {
        return succession.incarnation();
    }

    Snapshot snapshot() {
        return succession.snapshot();
    }

    /** The process that serves now, for those who want to see it fail. Any thread; never waits. */
    Optional<DomainProcess> owner() {
        return succession.owner();
    }

    /** Starts the first owner; returns when it is ready, and starts the standbys in the background. */
    void start() {
        thread.execute(succession::topUp);
        try {
            succession.started().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ControlException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** On the domain's thread, unless that has come to its end. */
    private void later(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: stopped already", spec.name());
        }
    }

    private void died(DomainProcess process) {
        later(() -> succession.died(process));
    }

    /** On the channel's thread. */
    private void received(DomainProcess process, DomainChannel.Request request) {
        Message message = request.message();
        if (message instanceof Message.Connect connect) {
            later(() -> request.answer(connect(process, connect.spec())));
        } else if (message instanceof Message.Closed closed) {
            later(() -> closed(closed));
        } else if (message instanceof Message.FenceViolation violation) {
            later(() -> request.answer(fence(process, violation)));
        } else if (message instanceof Message.HeirViolation violation) {
            later(() -> request.answer(fence(process, violation)));
        } else if (message instanceof Message.Report report) {
            report(report);
        } else {
            LOG.warn("{}: ignored {}", spec.name(), message);
            request.answer(new Message.Failed("not for a hypervisor"));
        }
    }

    private Message connect(DomainProcess process, ConnectionSpec asked) {
        Optional<Message> existing = connections.bound(asked.name());
        return existing.orElseGet(() -> succession.isOwner(process)
                ? open(asked)
                : new Message.Failed("not the owner: process=" + process.number()));
    }

    private Message open(ConnectionSpec asked) {
        try {
            Connection connection = connections.open(asked);
            connection.queues().forEach(watch::add);
            succession.attach(connection);
            events.add("connected", spec.name(), asked.name() + " " + asked.device());
            return new Message.Bound(connection.number());
        } catch (IllegalArgumentException | ControlException e) {
            connections.discard(asked.name());
            return new Message.Failed(String.valueOf(e.getMessage()));
        }
    }

    private void closed(Message.Closed closed) {
        connections.remove(closed.connection()).ifPresent(connection -> {
            succession.forget(connection);
            connection.close();
            String kind = closed.violation().isEmpty() ? "disconnected" : "violation";
            events.add(kind, spec.name(), (connection.spec().name() + " " + closed.violation()).strip());
        });
    }

    /** Proof of death for a process that got a lease it should not have got. */
    private Message fence(DomainProcess process, Message.FenceViolation violation) {
        Optional<Connection> connection = connections.find(violation.connection());
        if (connection.isEmpty()) {
            return new Message.Failed("no such connection");
        }
        events.add("fence-violation", spec.name(), connection.get().spec().name() + "." + violation.queue());
        succession.fence(process, connection.get().journal(violation.queue()).owner());
        return new Message.Done();
    }

    private Message fence(DomainProcess process, Message.HeirViolation violation) {
        events.add("fence-violation", spec.name(), "heir");
        succession.fence(process, violation.heir());
        return new Message.Done();
    }

    private void report(Message.Report report) {
        Map<String, Object> figures = new LinkedHashMap<>(report.figures());
        events.add(report.kind(), spec.name(), report.message(), figures);
        if (report.kind().equals("takeover")) {
            succession.succeeded();
        }
    }

    /** Ends its processes; guests must be gone. */
    void stop() {
        succession.expectEnd();
        CompletableFuture.runAsync(
                        () -> {
                            succession.stop();
                            connections.close();
                        },
                        thread)
                .join();
        thread.shutdown();
    }
}
