// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.DiskHistory;
import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.SectorTag;
import dev.ringfence.ring.ImplausibleJournalException;
import dev.ringfence.ring.Journal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * One guest and two drivers: the first has a fault in it, the second, its heir, has none.
 *
 * <p>The guest works until all is done, whoever does it. A first driver that lives to the end is made to die then: what it leaves
 * in its journal is judged by what its heir makes of it. A heir that can't make sense of it gives the connection up, and the guest
 * connects again, as front-ends do. In the end the disk has to be what the guest's history makes it.
 */
public final class FaultyRun {
    private static final long PATIENCE_MILLIS = 20_000;
    private static final long STANDSTILL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** A guest that is given up again and again has no driver. */
    private static final int RECONNECTS = 3;

    private static final int SINGLE_READS = 16;

    private final Setting setting;
    private final Fault fault;
    private final LabProcess clean;
    private final LabConnection connection;
    private final DiskHistory history;
    private final Patience patience;
    private final FirstDriver first;
    private Optional<Heir> heir = Optional.empty();
    private boolean pathEnded;
    private int reconnects;
    private boolean heirDied;
    private boolean over;

    /**
     * Where runs take place.
     *
     * @param fenced false: a driver that was stopped is replaced although it is not dead
     */
    public record Setting(Lab lab, DriverPair drivers, boolean fenced, Guest guest) {
        public static Setting of(Lab lab, DriverPair drivers) {
            return new Setting(lab, drivers, true, Guest.MIXED);
        }

        /** The same with tags. */
        public Setting withTags() {
            return new Setting(lab, drivers, fenced, guest.withTags());
        }
    }

    /** How the first driver came to its end. */
    public enum End {
        /** The fault makes no valid class. */
        STILLBORN,
        /** It has not yet. */
        SERVED,
        /** It did all the work, and was made to. */
        RETIRED,
        /** Of an error, a signal, an exit. */
        DIED,
        /** It was killed, since it made no progress. */
        HUNG,
        /** It was killed, since it took too much. */
        HOGGED,
        /** It gave the connection up, and said it was the guest's fault. */
        GAVE_UP,
        /** It was killed, since it had returned wrong data. */
        DISTRUSTED
    }

    /**
     * What a run came to.
     *
     * @param how the first driver ended, in words
     * @param edit what the fault changed in the code; empty for faults that are none of the code
     * @param hits of the fault
     * @param errors requests that failed
     * @param outageNanos the longest time without an answer that the guest waited for
     * @param reconnects how often the guest had to connect again
     * @param heirDied the driver without a fault did not live to the end
     * @param violations all that is wrong
     */
    public record Result(
            End end,
            String how,
            String edit,
            int hits,
            int errors,
            long outageNanos,
            int reconnects,
            boolean heirDied,
            List<DiskHistory.Violation> violations) {}

    private FaultyRun(Setting setting, Fault fault) {
        this.setting = setting;
        this.fault = fault;
        this.connection = new LabConnection(
                setting.lab(),
                setting.guest().shape(diskOptions(fault)),
                setting.guest().tagged() ? Optional.of(new LabTags(LabConnection.SECTORS)) : Optional.empty());
        this.history = connection.history();
        this.patience = new Patience(connection, PATIENCE_MILLIS, this::tend);
        this.first = new FirstDriver(setting.lab(), setting.drivers().faulty(), connection, fault);
        this.clean = setting.drivers().clean();
    }

    /** Any fault at all, the guest is safe; drivers that don't survive it are replaced. */
    public static Result run(Setting setting, Fault fault) {
        return new FaultyRun(setting, fault).run();
    }

    private static Map<String, String> diskOptions(Fault fault) {
        return fault instanceof DeviceFault device && device.kind().isPermanent()
                ? Map.of(LabDriver.FAULT, device.encode())
                : Map.of();
    }

    private Result run() {
        LabQueue firstQueue = connection.queue(0);
        try {
            if (fault instanceof ProtocolFault path) {
                firstQueue.badPath(path);
            }
            first.attach();
            if (first.end() == End.STILLBORN) {
                first.retire();
            } else {
                if (first.end() != End.SERVED) {
                    // A driver that can't even be attached is replaced before the guest is told of it.
                    connection.reconnect();
                }
                heir = Optional.of(new Heir(setting.lab(), clean, connection, heirsFate()));
                perform();
            }
            return new Result(
                    first.end(),
                    first.how(),
                    first.edit(),
                    first.hits() + firstQueue.badPathHits(),
                    (int) history.failures(),
                    connection.longestWaitNanos(),
                    reconnects,
                    heirDied,
                    first.end() == End.STILLBORN ? List.of() : history.judge());
        } finally {
            connection.close();
        }
    }

    private void perform() {
        setting.guest().batches().forEach(this::unlessOver);
        if (heir.stream().anyMatch(Heir::hasInherited)) {
            first.succeeded();
        }
        if (first.end() == End.SERVED) {
            first.retire();
        } else if (isZombie()) {
            unlessOver(Workloads.OVERWRITE);
            first.resume(STANDSTILL_NANOS);
        }
        if (!over) {
            endBadPath();
            finish();
        }
        first.retire();
        heirDied = heir.stream().anyMatch(Heir::isDead);
        heir.ifPresent(Heir::detach);
    }

    private Fate heirsFate() {
        return fault instanceof ProcessFault process && process.heirStore() > 0
                ? Fate.at(Fate.Action.EXIT, process.heirStore()).amongAllStores()
                : Fate.NONE;
    }

    private boolean isZombie() {
        return fault instanceof ProcessFault process && process.kind() == ProcessFault.Kind.ZOMBIE;
    }

    private void unlessOver(List<Operation> batch) {
        over = over || !work(batch);
    }

    private boolean work(List<Operation> batch) {
        LabQueue queue = connection.queue(0);
        batch.forEach(queue::submit);
        queue.publish();
        boolean answered = patience.awaitAnswers();
        if (isCaught()) {
            replaceCaught();
            answered = patience.awaitAnswers();
        }
        return answered && patience.awaitIdle();
    }

    /** The guest's own checks have found that its driver breaks the protocol. */
    private boolean isCaught() {
        return first.end() == End.SERVED && history.has(Nature.PROTOCOL);
    }

    private void replaceCaught() {
        first.fence("broke the protocol, as its guest saw");
        reconnect("the guest");
    }

    /** The heir's part: it has taken over, and can still read what was written. What the disk holds counts in any case. */
    private void finish() {
        if (patience.await(() -> heir.stream().anyMatch(Heir::hasTakenOver), "the end of a takeover") && readBack()) {
            checkJournal();
        }
        long bytes = connection.imageBytes();
        if (bytes != (long) LabConnection.SECTORS * SectorTag.BYTES) {
            history.violation(Nature.PROTOCOL, "somebody wrote beyond the disk's end: image bytes=" + bytes);
        }
        history.finished(
                connection.readImage(), connection.tags().map(LabTags::lost).orElse(Set.of()));
    }

    /** A guest with tags reads all, and finds out what it has lost. */
    private boolean readBack() {
        if (!setting.guest().tagged()) {
            return work(List.of(Operation.read(0, LabConnection.SECTORS / 4), Operation.flush()));
        }
        long failures = history.failures();
        boolean done = work(List.of(Operation.read(0, LabConnection.SECTORS), Operation.flush()));
        for (int from = 0;
                done && history.failures() > failures && from < LabConnection.SECTORS;
                from += SINGLE_READS) {
            done = work(IntStream.range(from, from + SINGLE_READS)
                    .mapToObj(sector -> Operation.read(sector, 1))
                    .toList());
        }
        return done;
    }

    private void checkJournal() {
        int made = connection.queue(0).requestProducer();
        try {
            LabConnection.JournalState state = connection.journalState(0);
            if (!state.equals(new LabConnection.JournalState(made, made, 0))) {
                history.violation(Nature.PROTOCOL, "after " + made + " requests and answers: " + state);
            }
        } catch (ImplausibleJournalException e) {
            history.violation(Nature.PROTOCOL, "after " + made + " requests and answers: " + e.getMessage());
        }
    }

    /** Sees how the drivers are; false when there is nothing to wait for any more. */
    private boolean tend() {
        if (heir.stream().anyMatch(Heir::awaitsFence)) {
            history.violation(Nature.PROTOCOL, "the lease came free though nobody had given it back");
            first.fence("its lease came free");
            heir.ifPresent(Heir::fenced);
        }
        if (connection.queue(0).isInDoubt()) {
            first.distrust("returned other data than was written");
            endBadPath();
            connection.queue(0).askAgain();
        }
        if (first.end() == End.SERVED) {
            tendFirst();
        } else {
            endBadPath();
            heir.ifPresent(this::tendHeir);
        }
        return !over;
    }

    /** It was bad for the first driver alone. */
    private void endBadPath() {
        if (!pathEnded) {
            pathEnded = true;
            connection.link().queues().forEach(LabQueue::endBadPath);
        }
    }

    private void tendFirst() {
        if (isZombie() && first.isHeld()) {
            if (setting.fenced()) {
                first.fenceStopped();
            } else {
                first.robOfItsLease(heir.orElseThrow().threads());
            }
            return;
        }
        if (isCaught()) {
            replaceCaught();
            return;
        }
        first.tend(progress());
        if (first.end() == End.GAVE_UP) {
            history.violation(Nature.PROTOCOL, "the driver gave the connection up: " + first.how());
            reconnect("the driver");
        }
    }

    private void tendHeir(Heir current) {
        if (current.isMet()) {
            heir = Optional.of(new Heir(setting.lab(), clean, connection));
            return;
        }
        current.fenceSlowly(first);
        Optional<String> hang = current.look(progress());
        hang.ifPresent(why -> history.violation(Nature.UNANSWERED, "the heir " + why));
        over |= hang.isPresent() || current.isDead();
        if (!over) {
            current.gaveUp().ifPresent(notice -> reconnect("the heir"));
        }
    }

    private void reconnect(String who) {
        if (clean.isDead()) {
            over = true;
            return;
        }
        if (reconnects == RECONNECTS) {
            history.violation(Nature.UNANSWERED, who + " gave the connection up once more");
            over = true;
            return;
        }
        reconnects++;
        heir.ifPresent(Heir::detach);
        connection.reconnect();
        heir = Optional.of(new Heir(setting.lab(), clean, connection));
        connection.queue(0).publish();
    }

    private long progress() {
        Journal journal = connection.journal(0);
        return (journal.requestConsumer() & 0xffffL) << 32
                | (journal.responseCommitted() & 0xffffL) << 16
                | connection.queue(0).outstanding();
    }
}
