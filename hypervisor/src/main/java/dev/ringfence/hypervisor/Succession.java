// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.keeper.Kept;
import dev.ringfence.hypervisor.machine.DriverDomainSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who owns a driver domain's leases, who waits for them, and who comes next.
 *
 * <p>On the domain's thread, one thing after the other, and nothing of it waits for a process to start. The takeover itself is
 * between the kernel and the heir, and over when we hear of it.
 *
 * <pre>
 *   owner dies -- too often? --- yes --> quarantine: nobody comes next, until an operator says so
 *              -- standby there? yes --> the kernel has made it owner; we promote it, fence slowly where the kernel
 *                                        could not, and start a new standby
 *                                no ---> we start a process, which finds the leases free
 * </pre>
 */
final class Succession implements Fencing.Office {
    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);
    private static final long FAST_FENCE_MILLIS = 10;

    private final String name;
    private final int standbysWanted;
    private final DriverLauncher launcher;
    private final Connections connections;
    private final Standbys standbys;
    private final Fencing fencing;
    private final Replacement replacement;
    private final RecoveryLog recoveries;
    private final EventLog events;
    private final Consumer<Notes.Line> keeper;
    private final ScheduledExecutorService thread;
    private final Consumer<String> onQuarantine;
    private final RestartPolicy policy;
    private final Backoff backoff;
    private final AtomicInteger incarnation = new AtomicInteger();
    private CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile Optional<Claimant> owner = Optional.empty();
    private Optional<CompletableFuture<Claimant>> launch = Optional.empty();
    private Optional<String> quarantined = Optional.empty();
    private long answeredBefore;
    private volatile boolean stopping;
    private volatile DriverDomain.Snapshot snapshot = new DriverDomain.Snapshot("starting", 0, List.of(), "");

    /**
     * @param keeper told who is who, whenever that changes
     * @param onQuarantine told the reason, once nobody serves the connections any more; on the domain's thread
     */
    Succession(
            DriverDomainSpec spec,
            DriverLauncher launcher,
            Connections connections,
            Standbys standbys,
            RecoveryLog recoveries,
            EventLog events,
            Consumer<Notes.Line> keeper,
            ScheduledExecutorService thread,
            Consumer<String> onQuarantine) {
        this.name = spec.name();
        this.standbysWanted = spec.standbys();
        this.launcher = launcher;
        this.connections = connections;
        this.standbys = standbys;
        this.keeper = keeper;
        this.fencing =
                new Fencing(new SlowFence(name, connections, standbys, events), connections, standbys, thread, this);
        this.replacement = new Replacement(name, launcher, standbys);
        this.recoveries = recoveries;
        this.events = events;
        this.thread = thread;
        this.onQuarantine = onQuarantine;
        this.policy = new RestartPolicy(spec.restart());
        this.backoff = new Backoff(spec.restart().backoff());
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
    Optional<DomainProcess> ownerProcess() {
        return owner.map(Claimant::process);
    }

    @Override
    public Optional<Claimant> owner() {
        return owner;
    }

    @Override
    public boolean isStopping() {
        return stopping;
    }

    boolean isOwner(DomainProcess process) {
        return owner.filter(current -> current.process() == process).isPresent();
    }

    /** Done when an owner serves; fails, with a {@link ControlException}, when none can be started. */
    CompletableFuture<Void> start() {
        topUp();
        return started;
    }

    /**
     * Begins anew after a quarantine.
     *
     * @param upgrade how the processes to come are run; empty: as before
     */
    CompletableFuture<Void> lift(Optional<DomainStarter.Program> upgrade) {
        upgrade.ifPresent(launcher::upgrade);
        quarantined = Optional.empty();
        policy.forgive();
        update();
        topUp();
        return started;
    }

    boolean isQuarantined() {
        return quarantined.isPresent();
    }

    /** Brings the domain up to strength: an owner first, then one standby after the other. */
    private void topUp() {
        if (stopping || fencing.isUnderWay() || launch.isPresent() || isQuarantined() || isComplete()) {
            return;
        }
        CompletableFuture<Claimant> launching =
                launcher.launch(standbys::introduce, connections.living(), owner.isPresent());
        launch = Optional.of(launching);
        launching.whenComplete((claimant, failure) -> later(() -> launched(claimant, failure)));
    }

    private boolean isComplete() {
        return owner.isPresent() && standbys.size() >= standbysWanted && !replacement.lacksSuccessor();
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
        if (isQuarantined()) {
            Optional.ofNullable(claimant).ifPresent(Claimant::end);
        } else if (failure == null && Standbys.admit(claimant, connections)) {
            joined(claimant);
            topUp();
        } else {
            failed(failure == null ? claimant.discard() : failure);
        }
    }

    private void joined(Claimant claimant) {
        if (owner.isPresent()) {
            standbys.add(claimant);
            update();
            events.add("standby", name, "pid " + claimant.pid());
            replaceByOrder();
            return;
        }
        takeOffice(claimant);
        events.add("started", name, "incarnation " + incarnation + ", pid " + claimant.pid());
        fencing.begin(0);
        started.complete(null);
    }

    private void failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        events.add(owner.isPresent() ? "standby-failed" : "restart-failed", name, cause.getMessage());
        if (!started.isDone()) {
            started.completeExceptionally(cause);
            quarantine("can't be started: " + cause.getMessage());
        } else if (owner.isEmpty() && policy.diedInVain(System.nanoTime())) {
            quarantine(policy.verdict() + "; the last one: " + cause.getMessage());
        } else {
            replacement.giveUp(cause);
            thread.schedule(this::topUp, backoff.nextMillis(System.nanoTime()), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void takeOffice(Claimant claimant) {
        owner = Optional.of(claimant);
        answeredBefore = connections.answered();
        incarnation.incrementAndGet();
        claimant.process().send(new Message.Promote());
        recoveries.succeeds(claimant.process(), incarnation.get());
        update();
        replacement.succeeded(claimant);
    }

    /**
     * Attaches a new connection: to the owner first, so that no standby ever finds a lease nobody has held yet.
     *
     * @throws ControlException when the owner did not take it
     */
    void attach(Connection connection) {
        Claimant serving = owner.orElseThrow(() -> new ControlException(409, name + " has no process now"));
        serving.serve(connection);
        standbys.attach(connection);
    }

    /** The connection has ended. */
    void forget(Connection connection) {
        claimants().forEach(claimant -> claimant.forget(connection.number()));
    }

    @Override
    public List<Claimant> claimants() {
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
            update();
        } else if (wasOwner) {
            recoveries.died(process, List.copyOf(connections.all()));
            events.add("died", name, "incarnation " + incarnation + ", pid " + process.pid());
            ownerDied(process);
        } else if (wasStandby) {
            events.add("standby-died", name, "pid " + process.pid());
            update();
            fencing.begin(backoff.nextMillis(System.nanoTime()));
        }
    }

    private void ownerDied(DomainProcess process) {
        owner = Optional.empty();
        boolean inVain = connections.areWaiting() && connections.answered() == answeredBefore;
        if (process.isCommandedToFail() || !inVain) {
            policy.worked();
            backoff.reset();
        } else if (policy.diedInVain(System.nanoTime())) {
            quarantine(policy.verdict());
            return;
        }
        succeed();
    }

    private void succeed() {
        Optional<Claimant> heir = standbys.successor(connections);
        if (heir.isPresent()) {
            standbys.remove(heir.get().process());
            takeOffice(heir.get());
            fencing.begin(FAST_FENCE_MILLIS);
        } else {
            update();
            fencing.handOver();
            long delay = policy.inVain() > 1 ? backoff.nextMillis(System.nanoTime()) : 0;
            thread.schedule(this::topUp, delay, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void fenced() {
        replaceByOrder();
        topUp();
    }

    /**
     * Replaces the owner by a standby, as soon as there is one; done when it is in office.
     *
     * @param upgrade how the processes to come are run; empty: a standby that is there will do
     */
    CompletableFuture<Void> replace(Optional<DomainStarter.Program> upgrade) {
        CompletableFuture<Void> done = replacement.order(upgrade);
        replaceByOrder();
        topUp();
        return done;
    }

    private void replaceByOrder() {
        if (!fencing.isUnderWay()) {
            ownerProcess().ifPresent(replacement::proceed);
        }
    }

    /** To be said before a process is made to fail: that is nobody's fault then. Any thread. */
    void order(DomainProcess process) {
        standbys.order(process);
    }

    /** A request is answered with an error from now on, that has killed one driver after the other. */
    void convicted() {
        if (policy.convicted(System.nanoTime())) {
            quarantine(policy.verdict());
        }
    }

    /** Goes on where an earlier hypervisor stopped; what has happened since is found out as if it happened now. */
    void adopt(Notes.Line left, List<Kept> processes) {
        incarnation.set(left.incarnation());
        answeredBefore = Notes.Line.UNKNOWN;
        quarantined = Optional.of(left.quarantined()).filter(reason -> !reason.isEmpty());
        owner = new LineAdoption(name, launcher, standbys, connections).adopt(left, processes);
        if (!isQuarantined()) {
            started.complete(null);
            update();
            owner.ifPresentOrElse(claimant -> fencing.begin(0), this::succeed);
        }
        update();
    }

    /** Nobody comes next any more, until an operator says so. */
    private void quarantine(String reason) {
        quarantined = Optional.of(reason);
        started = new CompletableFuture<>();
        claimants().forEach(Claimant::end);
        standbys.all().forEach(claimant -> standbys.remove(claimant.process()));
        owner = Optional.empty();
        replacement.giveUp(new ControlException(500, name + " " + reason));
        update();
        events.add("quarantined", name, reason);
        onQuarantine.accept(reason);
    }

    /** Whoever waits is to wake up first. An owner is busy all the time, and the kernel stops a real-time thread that is. */
    private void prioritise() {
        standbys.all().forEach(claimant -> claimant.urgent(true));
        owner.ifPresent(claimant -> claimant.urgent(false));
    }

    private void update() {
        prioritise();
        String word = owner.isPresent() ? "running" : started.isDone() ? "restarting" : "starting";
        String state = stopping ? "stopped" : isQuarantined() ? "quarantined" : word;
        String reason = quarantined.orElse("");
        keeper.accept(Notes.Line.of(owner, standbys.all(), incarnation.get(), reason, launcher.inFront()));
        snapshot = new DriverDomain.Snapshot(state, owner.map(Claimant::pid).orElse(0L), standbys.pids(), reason);
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
        owner = Optional.empty();
        update();
        standbys.close();
    }
}
