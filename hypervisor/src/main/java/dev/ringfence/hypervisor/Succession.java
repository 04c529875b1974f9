// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.ControlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who owns a driver domain's leases, who waits for them, and who comes next.
 *
 * <p>On the domain's thread, one thing after the other, and nothing of it waits for a process to start. The takeover itself is
 * between the kernel and the heir, and over when we hear of it.
 *
 * <pre>
 *   owner dies -- standby there? -- yes --> the kernel has made it owner; we promote it, fence slowly where the kernel
 *                                           could not, and start a new standby
 *                                -- no ---> we start a process, which finds the leases free
 * </pre>
 */
final class Succession {
    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);
    private static final long FAST_FENCE_MILLIS = 50;
    private static final long FENCE_POLL_MILLIS = 5;
    /** A successor that does not get on by then is stuck. */
    private static final long FENCE_SECONDS = 10;

    private static final long OWNERSHIP_SECONDS = 10;
    private static final long ATTACH_MILLIS = 10_000;

    private final String name;
    private final int standbysWanted;
    private final DriverLauncher launcher;
    private final Connections connections;
    private final Standbys standbys;
    private final EventLog events;
    private final ScheduledExecutorService thread;
    private final Backoff backoff = new Backoff();
    private final AtomicInteger incarnation = new AtomicInteger();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile Optional<Claimant> owner = Optional.empty();
    private Optional<CompletableFuture<Claimant>> launch = Optional.empty();
    private boolean fencing;
    private volatile boolean stopping;
    private volatile DriverDomain.Snapshot snapshot = new DriverDomain.Snapshot("starting", 0, List.of());

    Succession(
            String name,
            int standbysWanted,
            DriverLauncher launcher,
            Connections connections,
            EventLog events,
            ScheduledExecutorService thread) {
        this.name = name;
        this.standbysWanted = standbysWanted;
        this.launcher = launcher;
        this.connections = connections;
        this.standbys = new Standbys(name);
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
        return owner.map(Claimant::process);
    }

    boolean isOwner(DomainProcess process) {
        return owner.filter(current -> current.process() == process).isPresent();
    }

    /** Done when the first owner serves; fails, with a {@link ControlException}, when that can't be started. Any thread. */
    CompletableFuture<Void> started() {
        return started;
    }

    /** Brings the domain up to strength: an owner first, then one standby after the other. */
    void topUp() {
        boolean complete = owner.isPresent() && standbys.size() >= standbysWanted;
        if (stopping || fencing || complete || launch.isPresent()) {
            return;
        }
        CompletableFuture<Claimant> launching =
                launcher.launch(standbys::introduce, connections.living(), owner.isPresent());
        launch = Optional.of(launching);
        launching.whenComplete((claimant, failure) -> later(() -> launched(claimant, failure)));
    }

    private void later(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: stopped already", name);
        }
    }

    private void launched(Claimant claimant, Throwable failure) {
        launch = Optional.empty();
        if (stopping) {
            return; // whoever stops us has seen to it
        }
        if (failure == null && Standbys.admit(claimant, connections)) {
            joined(claimant);
            topUp();
            return;
        }
        if (failure == null) {
            claimant.process().kill(KillReason.STUCK);
        }
        failed(failure == null ? new ControlException(500, "a process of " + name + " got stuck") : failure);
    }

    private void joined(Claimant claimant) {
        if (owner.isPresent()) {
            standbys.add(claimant);
            update();
            events.add("standby", name, "pid " + claimant.pid());
            return;
        }
        takeOffice(claimant);
        events.add("started", name, "incarnation " + incarnation + ", pid " + claimant.pid());
        scheduleFence(FENCE_POLL_MILLIS);
        started.complete(null);
    }

    private void failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!started.isDone()) {
            started.completeExceptionally(cause);
            return;
        }
        events.add(owner.isPresent() ? "standby-failed" : "restart-failed", name, cause.getMessage());
        thread.schedule(this::topUp, backoff.nextMillis(), TimeUnit.MILLISECONDS);
    }

    private void takeOffice(Claimant claimant) {
        owner = Optional.of(claimant);
        incarnation.incrementAndGet();
        claimant.process().send(new Message.Promote());
        update();
    }

    /**
     * Attaches a new connection: to the owner first, so that no standby ever finds a lease nobody has held yet.
     *
     * @throws ControlException when the owner did not take it
     */
    void attach(Connection connection) {
        Claimant serving = owner.orElseThrow(() -> new ControlException(409, name + " has no process now"));
        DomainProcess process = serving.process();
        if (!serving.attach(connection, ATTACH_MILLIS)
                || !await(() -> connection.isOwnedBy(process) || !process.isAlive())) {
            process.kill(KillReason.STUCK);
            throw new ControlException(500, "the driver did not take its leases");
        }
        standbys.attach(connection);
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
        claimants().forEach(claimant -> claimant.forget(connection.number()));
    }

    private List<Claimant> claimants() {
        List<Claimant> claimants = new ArrayList<>(standbys.all());
        owner.ifPresent(claimants::add);
        return claimants;
    }

    /** Proof of death for a process that got a lease it should not have got, while the one of that number may hold it. */
    void fence(DomainProcess process, int suspect) {
        claimants().stream()
                .map(Claimant::process)
                .filter(candidate -> candidate.number() == suspect && candidate != process)
                .forEach(candidate -> {
                    candidate.kill(KillReason.FENCE);
                    candidate.pidfd().awaitDeath(-1);
                });
    }

    void died(DomainProcess process) {
        boolean wasOwner = isOwner(process);
        boolean wasStandby = standbys.remove(process);
        process.close();
        if (stopping || process.isExpectedToEnd()) {
            return;
        }
        if (wasOwner) {
            events.add("died", name, "incarnation " + incarnation + ", pid " + process.pid());
            replaceOwner();
        } else if (wasStandby) {
            events.add("standby-died", name, "pid " + process.pid());
            update();
            scheduleFence(backoff.nextMillis());
        }
    }

    private void replaceOwner() {
        owner = Optional.empty();
        Optional<Claimant> heir = standbys.successor(connections);
        if (heir.isPresent()) {
            standbys.remove(heir.get().process());
            takeOffice(heir.get());
            scheduleFence(FAST_FENCE_MILLIS);
        } else {
            update();
            handOver();
            topUp();
        }
    }

    private void scheduleFence(long delayMillis) {
        if (!fencing) {
            fencing = true;
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(FENCE_SECONDS);
            thread.schedule(() -> fence(until), delayMillis, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Makes sure that the owner has every lease. The kernel needs no help with that, except where the dead owner overwrote its
     * lock word or list. Only then is there time to start somebody.
     */
    private void fence(long untilNanos) {
        if (stopping) {
            return;
        }
        handOver();
        owner.ifPresent(this::letTheKernelDecide);
        boolean complete = owner.isEmpty() || connections.areOwnedBy(owner.get().process());
        if (!complete && System.nanoTime() - untilNanos < 0) {
            thread.schedule(() -> fence(untilNanos), FENCE_POLL_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        if (!complete) {
            owner.get().process().kill(KillReason.STUCK);
        }
        fencing = false;
        topUp();
    }

    /** Two died at once, and what we took for the owner is still waiting for its turn. */
    private void letTheKernelDecide(Claimant supposed) {
        if (connections.isOwner(supposed.number())) {
            return;
        }
        standbys.successor(connections)
                .filter(claimant -> connections.isOwner(claimant.number()))
                .ifPresent(holder -> {
                    standbys.remove(holder.process());
                    standbys.add(supposed);
                    takeOffice(holder);
                });
    }

    private void handOver() {
        Set<Integer> living = claimants().stream().map(Claimant::number).collect(Collectors.toSet());
        List<Integer> threads = claimants().stream()
                .flatMap(claimant -> claimant.threads().stream())
                .toList();
        for (Connection connection : connections.all()) {
            int handed = connection.handOver(living, threads);
            if (handed > 0) {
                events.add("slow-fence", name, connection.spec().name(), Map.of("leases", handed));
            }
        }
        standbys.handOver(living, threads);
    }

    /** A takeover went through. Any thread. */
    void succeeded() {
        backoff.reset();
    }

    private void update() {
        String word = owner.isPresent() ? "running" : started.isDone() ? "restarting" : "starting";
        update(stopping ? "stopped" : word);
    }

    private void update(String state) {
        snapshot = new DriverDomain.Snapshot(state, owner.map(Claimant::pid).orElse(0L), standbys.pids());
    }

    /** From now on nobody is replaced. Any thread. */
    void expectEnd() {
        stopping = true;
        launcher.close();
    }

    void stop() {
        launch.flatMap(launching -> Optional.ofNullable(
                        launching.exceptionally(failure -> null).join()))
                .ifPresent(standbys::add);
        claimants().forEach(claimant -> claimant.process().shutDown(2_000));
        update();
        standbys.close();
    }
}
