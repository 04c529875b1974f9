// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.RecoveryStatus;
import dev.ringfence.hypervisor.control.RestartRequest;
import dev.ringfence.hypervisor.health.DomainWatch;
import dev.ringfence.hypervisor.keeper.Kept;
import dev.ringfence.hypervisor.machine.DriverDomainSpec;
import dev.ringfence.memory.SharedMemory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver domain: what its processes say and its operator asks, passed on to its {@link Connections} and its
 * {@link Succession} on the domain's own thread.
 */
final class DriverDomain {
    private static final Logger LOG = LoggerFactory.getLogger(DriverDomain.class);
    private static final long START_SECONDS = 60;
    private static final long RESTART_SECONDS = 50;

    private final DriverDomainSpec spec;
    private final int domid;
    private final DomainStarter.Program program;
    private final GuestDevices guestDevices;
    private final EventLog events;
    private final DomainWatch watch;
    private final ScheduledExecutorService thread;
    private final Connections connections;
    private final RecoveryLog recoveries;
    private final Succession succession;
    /** What is kept of who is who. */
    private final Runnable release;

    private boolean ended;

    /** The devices of all guests. */
    interface GuestDevices {
        /** The one a front-end asks a connection for. Any thread. */
        Optional<GuestDevice> find(int guest, int handle);

        /** Nobody serves the devices of a driver domain any more: their guests are told so. */
        void refuse(int backend, String reason);
    }

    /**
     * What can be said of the domain without waiting for its thread.
     *
     * @param reason why it is quarantined; empty otherwise
     */
    record Snapshot(String state, long pid, List<Long> standbys, String reason) {}

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
        this.program = program;
        this.guestDevices = surroundings.guestDevices();
        Keeper keeper = surroundings.keeper();
        SharedMemory line = surroundings.line();
        this.release = () -> {
            ended = true;
            keeper.drop(Notes.line(domid));
        };
        this.connections = new Connections(domid, surroundings.devices(), guestDevices, keeper);
        this.recoveries = new RecoveryLog(spec.name(), events, (name, nanos) -> later(() -> stalled(name, nanos)));
        DriverLauncher launcher = new DriverLauncher(
                spec.name(),
                starter,
                program,
                surroundings.devices(),
                surroundings.watch(),
                this::received,
                this::died);
        this.succession = new Succession(
                spec,
                launcher,
                connections,
                new Standbys(line),
                recoveries,
                events,
                note -> {
                    if (!ended) {
                        keeper.keep(Notes.line(domid), note, List.of(line.descriptor()));
                    }
                },
                thread,
                this::quarantined);
    }

    /**
     * What a driver domain needs of its machine.
     *
     * @param line the memory of its line of succession; the domain's to close
     */
    record Surroundings(
            EventLog events,
            GuestDevices guestDevices,
            List<DeviceFile> devices,
            DomainWatch watch,
            SharedMemory line,
            Keeper keeper) {}

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

    RecoveryStatus recovery() {
        return recoveries.status();
    }

    Snapshot snapshot() {
        return succession.snapshot();
    }

    /** The process that serves now, for those who want to see it fail. Any thread; never waits. */
    Optional<DomainProcess> owner() {
        return succession.ownerProcess();
    }

    /** Starts the first owner; returns when it is ready, and starts the standbys in the background. */
    void start() {
        await(succession::start, START_SECONDS);
    }

    /** Goes on with what an earlier hypervisor has left; the guests' devices are there already. */
    void adopt(Notes.Line line, List<Kept> processes, List<Kept> bonds) {
        await(
                () -> {
                    connections.adopt(bonds);
                    connections.all().forEach(connection -> connection.queues().forEach(watch::add));
                    succession.adopt(line, processes);
                    return CompletableFuture.completedFuture(null);
                },
                START_SECONDS);
    }

    /**
     * Has the owner replaced by a standby, or starts one after a quarantine; returns when that is done.
     *
     * @return true when nobody had served it before: its devices have to be offered anew
     */
    boolean restart(RestartRequest request) {
        Optional<DomainStarter.Program> upgrade =
                request.upgrade() ? Optional.of(program.upgraded(request.classPath())) : Optional.empty();
        boolean lift = snapshot().state().equals("quarantined");
        await(() -> lift ? succession.lift(upgrade) : succession.replace(upgrade), RESTART_SECONDS);
        return lift;
    }

    private void await(Supplier<CompletableFuture<Void>> action, long seconds) {
        try {
            CompletableFuture.supplyAsync(action, thread)
                    .thenCompose(done -> done)
                    .orTimeout(seconds, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ControlException cause) {
                throw cause;
            } else if (e.getCause() instanceof TimeoutException) {
                throw new ControlException(504, spec.name() + ": not within " + seconds + " s; it goes on", e);
            }
            throw e;
        }
    }

    /** To be said before a process is made to fail: that is nobody's fault then. Any thread. */
    void order(DomainProcess process) {
        succession.order(process);
    }

    private void quarantined(String reason) {
        guestDevices.refuse(domid, spec.name() + " is quarantined: it " + reason);
        connections.close();
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
            report(process, report);
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

    private void stalled(String connection, long nanos) {
        connections.find(connection).ifPresent(found -> found.recordOutage(nanos));
    }

    private void report(DomainProcess process, Message.Report report) {
        Map<String, Object> figures = new LinkedHashMap<>(report.figures());
        events.add(report.kind(), spec.name(), report.message(), figures);
        if (report.kind().equals("poison")) {
            later(succession::convicted);
        } else if (report.kind().equals(QueueTakeover.KIND)) {
            recoveries.reported(process.number(), QueueTakeover.of(report));
        }
    }

    /** Ends its processes; guests must be gone. */
    void stop() {
        succession.expectEnd();
        CompletableFuture.runAsync(
                        () -> {
                            release.run();
                            succession.stop();
                            connections.close();
                        },
                        thread)
                .join();
        thread.shutdown();
    }
}
