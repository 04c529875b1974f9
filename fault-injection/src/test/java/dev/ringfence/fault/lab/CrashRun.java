// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.domain.Message;
import dev.ringfence.fault.DiskHistory;
import dev.ringfence.ring.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One guest works while its drivers, one after the other, meet their fates; then everything is checked.
 *
 * <p>The guest publishes a batch once the driver is idle, so that the driver of a single queue does the same stores every
 * time.
 */
final class CrashRun {
    private static final long POLL_NANOS = 20_000;

    private final Lab lab;
    private final Hosts hosts;
    private final Setting setting;
    private final List<Fate> fates;
    private final List<Life> lives = new ArrayList<>();
    private final LabConnection connection;
    private final Patience patience;
    private int current;
    private boolean disconnecting;
    private boolean closed;
    private long suspects;

    private record Life(int number, LabProcess process, List<Integer> threads) {}

    /**
     * What does not change from run to run.
     *
     * @param batches what each queue asks for, batch by batch
     * @param patienceMillis for all a run takes; then what is not answered counts as never answered
     * @param scribble what a hostile guest does between a driver's death and its successor's coming; with an honest guest
     *     the successor waits for the lease already
     */
    record Setting(
            LabConnection.Shape shape,
            List<List<List<Operation>>> batches,
            long patienceMillis,
            Optional<Consumer<LabConnection>> scribble) {
        /** An honest guest with one queue. */
        static Setting of(List<List<Operation>> batches, long patienceMillis) {
            return new Setting(
                    LabConnection.Shape.plain(1, Workloads.BEFORE_WRAP),
                    batches.stream().map(List::of).toList(),
                    patienceMillis,
                    Optional.empty());
        }
    }

    /**
     * What a run came to.
     *
     * @param deaths how many drivers met their fate
     * @param recoveries of each life, how many stores the first queue's takeover took
     * @param suspects how many requests the takeovers said might have had an effect already
     * @param trace the calls of a {@link LabDisk}
     * @param violations what went wrong
     */
    record Result(int deaths, List<Integer> recoveries, long suspects, List<String> trace, List<String> violations) {
        /** The same, with one death taken for granted. */
        Result withoutDeath() {
            return new Result(deaths - 1, recoveries, suspects, trace, violations);
        }
    }

    private CrashRun(Lab lab, Hosts hosts, Setting setting, List<Fate> fates) {
        this.lab = lab;
        this.hosts = hosts;
        this.setting = setting;
        this.fates = fates;
        this.connection = new LabConnection(lab, setting.shape());
        this.patience = new Patience(connection, setting.patienceMillis(), this::tend);
    }

    /** @param fates of the first queues of the drivers, in the order of their lives; those after them live on */
    static Result run(Lab lab, Hosts hosts, Setting setting, Fate... fates) {
        return new CrashRun(lab, hosts, setting, List.of(fates)).run();
    }

    private Result run() {
        try {
            perform();
            List<Integer> recoveries = lives.stream()
                    .map(life -> lab.stage().recovered(life.number(), 0))
                    .toList();
            return new Result(
                    deaths(),
                    recoveries,
                    suspects,
                    connection.trace(),
                    history().violations());
        } finally {
            // A device that reports errors says nothing against its driver.
            boolean sound =
                    history().judge().stream().allMatch(violation -> violation.nature() == DiskHistory.Nature.ERROR);
            lives.forEach(life -> giveBack(life, sound));
            connection.close();
        }
    }

    private void giveBack(Life life, boolean sound) {
        if (isMet(life) && hosts.death() == Fate.Action.KILL) {
            life.process().pidfd().awaitDeath(-1);
        }
        hosts.giveBack(life.process(), sound);
    }

    private DiskHistory history() {
        return connection.history();
    }

    private void perform() {
        attach();
        if (!fates.isEmpty() && setting.scribble().isEmpty() && lives.size() == 1) {
            attach();
        }
        for (List<List<Operation>> batch : setting.batches()) {
            for (int queue = 0; queue < batch.size(); queue++) {
                batch.get(queue).forEach(connection.queue(queue)::submit);
            }
            connection.queues().forEach(LabQueue::publish);
            if (!patience.awaitAnswers() || !patience.awaitIdle()) {
                return;
            }
        }
        checkState();
        disconnect();
    }

    private void attach() {
        int index = lives.size();
        int number = lab.nextLife();
        LabProcess process = hosts.take();
        Fate fate = index < fates.size() ? fates.get(index) : Fate.NONE;
        Life life = new Life(number, process, process.attach(connection, number, List.of(fate)));
        lives.add(life);
        if (index == 0) {
            // The owner first, so that the standby never finds a lease nobody has held yet.
            patience.await(() -> isMet(life) || holdsLeases(life), "an owner");
        }
    }

    private boolean holdsLeases(Life life) {
        for (int queue = 0; queue < connection.queues().size(); queue++) {
            if (!life.threads().contains(connection.lease(queue).ownerThread())) {
                return false;
            }
        }
        return true;
    }

    private boolean isMet(Life life) {
        return lab.stage().isMet(life.number(), 0);
    }

    private int deaths() {
        return (int) lives.stream().filter(this::isMet).count();
    }

    /** Sees who is dead, and brings the next; false when a driver ended in another way than it should. */
    private boolean tend() {
        Life life = lives.get(current);
        if (isMet(life)) {
            succeed(life);
        }
        for (Life each : lives.subList(current, lives.size())) {
            if (each.process().isDead() && !isMet(each)) {
                history()
                        .violation(
                                DiskHistory.Nature.PROTOCOL,
                                "a driver died of itself: " + each.process().log());
                return false;
            }
        }
        for (Message notice : lives.get(current).process().notices()) {
            closed |= notice instanceof Message.Closed;
            if (notice instanceof Message.Report report) {
                suspects += report.figures().getOrDefault("replayedStarted", 0L);
            }
            if (closed && !disconnecting) {
                history().violation(DiskHistory.Nature.PROTOCOL, "the driver gave the connection up: " + notice);
                return false;
            }
        }
        return true;
    }

    private void succeed(Life dead) {
        current++;
        setting.scribble().ifPresent(scribble -> {
            awaitDeath(dead);
            scribble.accept(connection);
        });
        if (current == lives.size()) {
            attach();
        }
        if (setting.scribble().isPresent()) {
            // Who scribbles over its own index must wait until it is put right before believing it.
            Life heir = lives.get(current);
            patience.await(
                    () -> isMet(heir) || isClosed() || lab.stage().recovered(heir.number(), 0) > 0,
                    "the end of a takeover");
        }
    }

    private void awaitDeath(Life dead) {
        if (hosts.death() == Fate.Action.KILL) {
            dead.process().pidfd().awaitDeath(-1);
        }
        while (dead.threads().contains(connection.lease(0).ownerThread())) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** With everything answered: nothing in flight, indices agree, the image is what the history makes it. */
    private void checkState() {
        for (int queue = 0; queue < connection.queues().size(); queue++) {
            checkJournal(queue, connection.queue(queue).requestProducer());
        }
        if (connection.control().incarnation() > 1 + deaths()) {
            history()
                    .violation(
                            DiskHistory.Nature.PROTOCOL,
                            "incarnation=" + connection.control().incarnation() + " after deaths=" + deaths());
        }
        if (setting.shape().flushesMayFail() && history().failures() == 0) {
            history().violation(DiskHistory.Nature.PROTOCOL, "a flush failed, and nobody was told");
        }
        history().finished(connection.readImage());
    }

    private void checkJournal(int queue, int requestProducer) {
        JournalState state = connection.journalState(queue);
        if (!state.equals(new JournalState(requestProducer, requestProducer, 0))) {
            history()
                    .violation(
                            DiskHistory.Nature.PROTOCOL,
                            "after " + requestProducer + " requests and answers: " + state);
        }
    }

    /** The end of a connection is a takeover's subject too: a successor serves it on, or finds it closed. */
    private void disconnect() {
        disconnecting = true;
        while (!isClosed()) {
            Life life = lives.get(current);
            life.process().detach(life.number());
            if (!patience.await(() -> closed || isMet(life), "the end of the connection") || !tend()) {
                return;
            }
        }
        // The last of them gave the connection up, or died having given it up.
        int last = closed ? current : current - 1;
        for (Life late : lives.subList(last + 1, lives.size())) {
            if (lab.stage().recovered(late.number(), 0) > 0) {
                history().violation(DiskHistory.Nature.PROTOCOL, "a closed connection is served");
            }
        }
    }

    private boolean isClosed() {
        for (int queue = 0; queue < connection.queues().size(); queue++) {
            if (connection.journal(queue).ownership() != Journal.Ownership.CLOSED) {
                return false;
            }
        }
        return true;
    }
}
