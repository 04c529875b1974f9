// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.DriverLauncher.Waiting;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.health.DomainWatch;
import dev.ringfence.hypervisor.machine.DriverDomainSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver domain: the process that owns its leases, a standby that waits for them, and the connections they serve.
 *
 * <p>Everything happens on the domain's own thread, one thing after the other, except what must not wait for it: the takeover
 * itself, which is between the kernel and the standby.
 *
 * <pre>
 *   owner dies -- standby there? -- yes --> kernel hands it the leases; we promote it, fence slowly where the kernel could
 *                                           not, and start a new standby
 *                                -- no ---> we hand the leases over ourselves, and start an owner
 * </pre>
 */
final class DriverDomain {
    private static final Logger LOG = LoggerFactory.getLogger(DriverDomain.class);
    private static final long FAST_FENCE_MILLIS = 50;
    private static final long FENCE_POLL_MILLIS = 5;
    private static final long OWNERSHIP_SECONDS = 10;

    private final DriverDomainSpec spec;
    private final int domid;
    private final DriverLauncher launcher;
    private final EventLog events;
    private final ScheduledExecutorService thread;
    private final Map<Integer, Connection> connections = new LinkedHashMap<>();
    private final GuestDevices guestDevices;
    private final DomainWatch watch;
    private final Backoff backoff = new Backoff();
    private volatile Optional<DomainProcess> owner = Optional.empty();
    private Optional<Waiting> standby = Optional.empty();
    private int lastConnection;
    private final AtomicInteger incarnation = new AtomicInteger();
    private volatile boolean stopping;
    private volatile Snapshot snapshot = new Snapshot("starting", 0, List.of());

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
        this.guestDevices = surroundings.guestDevices();
        this.watch = surroundings.watch();
        this.thread = Threads.scheduler("domain-" + spec.name());
        this.launcher = new DriverLauncher(
                spec.name(),
                starter,
                program,
                surroundings.devices(),
                surroundings.watch(),
                this::received,
                process -> later(() -> died(process)));
    }

    /** What a driver domain needs of its machine. */
    record Surroundings(EventLog events, GuestDevices guestDevices, List<DeviceFile> devices, DomainWatch watch) {}

    DriverDomainSpec spec() {
        return spec;
    }

    int domid() {
        return domid;
    }

    int incarnation() {
        return incarnation.get();
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** Starts the first owner; returns when it is ready, and starts the standby in the background. */
    void start() {
        try {
            CompletableFuture.runAsync(this::startOwner, thread).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ControlException cause) {
                throw cause;
            }
            throw e;
        }
        thread.execute(this::startStandby);
    }

    private void startOwner() {
        update("starting");
        Waiting started = launch(false);
        owner = Optional.of(started.process());
        incarnation.incrementAndGet();
        started.process().send(new Message.Promote());
        update("running");
        events.add(
                "started",
                spec.name(),
                "incarnation " + incarnation + ", pid " + started.process().pid());
    }

    private void startStandby() {
        if (stopping || spec.standbys() == 0 || standby.isPresent() || owner.isEmpty()) {
            return;
        }
        try {
            standby = Optional.of(launch(true));
            update("running");
            events.add("standby", spec.name(), "pid " + standby.get().process().pid());
        } catch (ControlException e) {
            events.add("standby-failed", spec.name(), e.getMessage());
            thread.schedule(this::startStandby, backoff.nextMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Waiting launch(boolean asStandby) {
        connections.values().removeIf(this::isOver);
        return launcher.launch(connections.values(), asStandby);
    }

    /** The guest is gone, and its memory with it; the owner is about to notice, and nobody shall take it over. */
    private boolean isOver(Connection connection) {
        boolean over = !connection.device().isOpen();
        if (over) {
            connection.close();
        }
        return over;
    }

    /** On the domain's thread, unless that has come to its end. */
    private void later(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: stopped already", spec.name());
        }
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
        } else if (message instanceof Message.Report report) {
            report(report);
        } else {
            LOG.warn("{}: ignored {}", spec.name(), message);
            request.answer(new Message.Failed("not for a hypervisor"));
        }
    }

    private Message connect(DomainProcess process, ConnectionSpec asked) {
        Optional<Connection> existing = connections.values().stream()
                .filter(connection -> connection.spec().name().equals(asked.name()))
                .findFirst();
        if (existing.isPresent()) {
            return new Message.Bound(existing.get().number());
        }
        Optional<GuestDevice> device = guestDevices.find(asked.frontend(), asked.handle());
        if (!isOwner(process) || device.isEmpty() || device.get().backend() != domid) {
            return new Message.Failed("not exported: " + asked.name());
        }
        try {
            List<Integer> frames = device.get().resolve(asked);
            Connection connection = new Connection(++lastConnection, asked, device.get(), frames);
            connections.put(connection.number(), connection);
            connection.queues().forEach(watch::add);
            return bind(process, connection);
        } catch (IllegalArgumentException | ControlException e) {
            connections.values().removeIf(connection -> connection.spec().name().equals(asked.name()));
            return new Message.Failed(String.valueOf(e.getMessage()));
        }
    }

    /** The owner first, so that the standby never finds a lease nobody has held yet. */
    private Message bind(DomainProcess process, Connection connection) {
        launcher.attach(connection, process);
        if (!await(() -> connection.isOwnedBy(process) || !process.isAlive())) {
            process.kill(KillReason.STUCK);
            throw new ControlException(500, "the driver did not take its leases");
        }
        standby.ifPresent(waiting -> {
            Message answer = connection.attach(waiting.process());
            if (answer instanceof Message.Attached attached) {
                waiting.threads().put(connection.number(), attached.threads());
            } else {
                // A standby that is stuck never delays a guest.
                waiting.process().kill(KillReason.STUCK);
            }
        });
        events.add(
                "connected",
                spec.name(),
                connection.spec().name() + " " + connection.spec().device());
        return new Message.Bound(connection.number());
    }

    private static boolean await(BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(OWNERSHIP_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                return false;
            }
            LockSupport.parkNanos(100_000);
        }
        return true;
    }

    private void closed(Message.Closed closed) {
        Connection connection = connections.remove(closed.connection());
        if (connection != null) {
            standby.ifPresent(waiting -> waiting.threads().remove(closed.connection()));
            connection.close();
            String kind = closed.violation().isEmpty() ? "disconnected" : "violation";
            events.add(kind, spec.name(), (connection.spec().name() + " " + closed.violation()).strip());
        }
    }

    /** Proof of death for a process that got a lease it should not have got. */
    private Message fence(DomainProcess process, Message.FenceViolation violation) {
        Connection connection = connections.get(violation.connection());
        if (connection == null) {
            return new Message.Failed("no such connection");
        }
        int last = connection.journal(violation.queue()).owner();
        events.add("fence-violation", spec.name(), connection.spec().name() + "." + violation.queue());
        owner.filter(suspect -> suspect.number() == last && suspect != process).ifPresent(suspect -> {
            suspect.kill(KillReason.FENCE);
            suspect.pidfd().awaitDeath(-1);
        });
        return new Message.Done();
    }

    private boolean isOwner(DomainProcess process) {
        return owner.filter(current -> current == process).isPresent();
    }

    private void died(DomainProcess process) {
        boolean wasOwner = isOwner(process);
        boolean wasStandby =
                standby.filter(waiting -> waiting.process() == process).isPresent();
        if (stopping || process.isExpectedToEnd()) {
            process.close();
        } else if (wasOwner) {
            events.add("died", spec.name(), "incarnation " + incarnation + ", pid " + process.pid());
            replaceOwner(process);
        } else if (wasStandby) {
            events.add("standby-died", spec.name(), "pid " + process.pid());
            standby = Optional.empty();
            update("running");
            process.close();
            thread.schedule(this::startStandby, backoff.nextMillis(), TimeUnit.MILLISECONDS);
        } else {
            process.close();
        }
    }

    private void replaceOwner(DomainProcess dead) {
        if (standby.isPresent()) {
            Waiting heir = standby.get();
            standby = Optional.empty();
            owner = Optional.of(heir.process());
            incarnation.incrementAndGet();
            heir.process().send(new Message.Promote());
            update("running");
            dead.close();
            thread.schedule(() -> fence(heir), FAST_FENCE_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        owner = Optional.empty();
        update("restarting");
        connections.values().forEach(connection -> connection.handOver(0, List.of()));
        dead.close();
        restart();
    }

    private void restart() {
        if (stopping) {
            return;
        }
        try {
            startOwner();
            thread.execute(this::startStandby);
        } catch (ControlException e) {
            events.add("restart-failed", spec.name(), e.getMessage());
            thread.schedule(this::restart, backoff.nextMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Makes sure that the heir has every lease before anybody else waits for one. The kernel needs no help, except where the
     * dead owner overwrote its lock word or list; then a standby that came too early could get a lease beside the heir.
     */
    private void fence(Waiting heir) {
        if (stopping || !isOwner(heir.process())) {
            return; // it died too: its own replacement goes on from there
        }
        boolean complete = true;
        for (Connection connection : connections.values()) {
            List<Integer> threads = heir.threads().getOrDefault(connection.number(), List.of());
            int handed = connection.handOver(heir.process().number(), threads);
            if (handed > 0) {
                events.add("slow-fence", spec.name(), connection.spec().name(), Map.of("leases", handed));
            }
            complete &= connection.isOwnedBy(heir.process());
        }
        if (complete) {
            startStandby();
        } else {
            thread.schedule(() -> fence(heir), FENCE_POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void report(Message.Report report) {
        Map<String, Object> figures = new LinkedHashMap<>(report.figures());
        events.add(report.kind(), spec.name(), report.message(), figures);
        if (report.kind().equals("takeover")) {
            backoff.reset();
        }
    }

    private void update(String state) {
        snapshot = new Snapshot(
                state,
                owner.map(DomainProcess::pid).orElse(0L),
                standby.map(waiting -> List.of(waiting.process().pid())).orElse(List.of()));
    }

    /** The process that serves now, for those who want to see it fail. Any thread; never waits. */
    Optional<DomainProcess> owner() {
        return owner;
    }

    /** Ends its processes; guests must be gone. */
    void stop() {
        stopping = true;
        CompletableFuture.runAsync(
                        () -> {
                            List<DomainProcess> processes = new ArrayList<>();
                            standby.ifPresent(waiting -> processes.add(waiting.process()));
                            owner.ifPresent(processes::add);
                            processes.forEach(process -> process.shutDown(2_000));
                            connections.values().forEach(Connection::close);
                            update("stopped");
                        },
                        thread)
                .join();
        thread.shutdown();
    }
}
