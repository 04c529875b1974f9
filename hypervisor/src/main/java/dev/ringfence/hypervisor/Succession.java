// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.DriverLauncher.Waiting;
import dev.ringfence.hypervisor.control.ControlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Who owns a driver domain's leases, who waits for them, and who comes next.
 *
 * <p>On the domain's thread, one thing after the other, except what must not wait for it: the takeover itself, which is
 * between the kernel and the standby.
 *
 * <pre>
 *   owner dies -- standby there? -- yes --> kernel hands it the leases; we promote it, fence slowly where the kernel could
 *                                           not, and start a new standby
 *                                -- no ---> we hand the leases over ourselves, and start an owner
 * </pre>
 */
final class Succession {
    private static final long FAST_FENCE_MILLIS = 50;
    private static final long FENCE_POLL_MILLIS = 5;
    private static final long OWNERSHIP_SECONDS = 10;

    private final String name;
    private final int standbys;
    private final DriverLauncher launcher;
    private final Connections connections;
    private final EventLog events;
    private final ScheduledExecutorService thread;
    private final Backoff backoff = new Backoff();
    private final AtomicInteger incarnation = new AtomicInteger();
    private volatile Optional<DomainProcess> owner = Optional.empty();
    private Optional<Waiting> standby = Optional.empty();
    private volatile boolean stopping;
    private volatile DriverDomain.Snapshot snapshot = new DriverDomain.Snapshot("starting", 0, List.of());

    Succession(
            String name,
            int standbys,
            DriverLauncher launcher,
            Connections connections,
            EventLog events,
            ScheduledExecutorService thread) {
        this.name = name;
        this.standbys = standbys;
        this.launcher = launcher;
        this.connections = connections;
        this.events = events;
        this.thread = thread;
    }

    /** How often somebody became owner. Any thread. */
    int incarnation() {
        return incarnation.get();
    }

    /** Any thread. */
    DriverDomain.Snapshot snapshot() {
        return snapshot;
    }

    /** The process that serves now, for those who want to see it fail. Any thread; never waits. */
    Optional<DomainProcess> owner() {
        return owner;
    }

    boolean isOwner(DomainProcess process) {
        return owner.filter(current -> current == process).isPresent();
    }

    void startOwner() {
        update("starting");
        Waiting started = launcher.launch(connections.living(), false);
        owner = Optional.of(started.process());
        incarnation.incrementAndGet();
        started.process().send(new Message.Promote());
        update("running");
        events.add(
                "started",
                name,
                "incarnation " + incarnation + ", pid " + started.process().pid());
    }

    void startStandby() {
        if (stopping || standbys == 0 || standby.isPresent() || owner.isEmpty()) {
            return;
        }
        try {
            standby = Optional.of(launcher.launch(connections.living(), true));
            update("running");
            events.add("standby", name, "pid " + standby.get().process().pid());
        } catch (ControlException e) {
            events.add("standby-failed", name, e.getMessage());
            thread.schedule(this::startStandby, backoff.nextMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Attaches a new connection: to the owner first, so that the standby never finds a lease nobody has held yet.
     *
     * @throws ControlException when the owner did not take it
     */
    void attach(Connection connection) {
        DomainProcess process = owner.orElseThrow(() -> new ControlException(409, name + " has no process now"));
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

    /** The connection has ended. */
    void forget(Connection connection) {
        standby.ifPresent(waiting -> waiting.threads().remove(connection.number()));
    }

    /** Proof of death for a process that got a lease it should not have got. */
    void fence(DomainProcess process, int lastOwner) {
        owner.filter(suspect -> suspect.number() == lastOwner && suspect != process)
                .ifPresent(suspect -> {
                    suspect.kill(KillReason.FENCE);
                    suspect.pidfd().awaitDeath(-1);
                });
    }

    void died(DomainProcess process) {
        boolean wasStandby =
                standby.filter(waiting -> waiting.process() == process).isPresent();
        if (stopping || process.isExpectedToEnd()) {
            process.close();
        } else if (isOwner(process)) {
            events.add("died", name, "incarnation " + incarnation + ", pid " + process.pid());
            replaceOwner(process);
        } else if (wasStandby) {
            events.add("standby-died", name, "pid " + process.pid());
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
        connections.all().forEach(connection -> connection.handOver(0, List.of()));
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
            events.add("restart-failed", name, e.getMessage());
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
        for (Connection connection : connections.all()) {
            List<Integer> threads = heir.threads().getOrDefault(connection.number(), List.of());
            int handed = connection.handOver(heir.process().number(), threads);
            if (handed > 0) {
                events.add("slow-fence", name, connection.spec().name(), Map.of("leases", handed));
            }
        }
        if (connections.areOwnedBy(heir.process())) {
            startStandby();
        } else {
            thread.schedule(() -> fence(heir), FENCE_POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** A takeover went through. Any thread. */
    void succeeded() {
        backoff.reset();
    }

    private void update(String state) {
        snapshot = new DriverDomain.Snapshot(
                state,
                owner.map(DomainProcess::pid).orElse(0L),
                standby.map(waiting -> List.of(waiting.process().pid())).orElse(List.of()));
    }

    /** From now on nobody is replaced. Any thread. */
    void expectEnd() {
        stopping = true;
    }

    void stop() {
        List<DomainProcess> processes = new ArrayList<>();
        standby.ifPresent(waiting -> processes.add(waiting.process()));
        owner.ifPresent(processes::add);
        processes.forEach(process -> process.shutDown(2_000));
        update("stopped");
    }
}
