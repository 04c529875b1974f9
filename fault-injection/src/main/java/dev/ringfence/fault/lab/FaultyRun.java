// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.domain.Message;
import dev.ringfence.fault.DiskHistory;
import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.SectorTag;
import dev.ringfence.ring.Journal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/**
 * One guest and two drivers: the first has a fault in it, the second, its heir, has none.
 *
 * <p>The guest works until all is done, whoever does it. A first driver that lives to the end is made to die then: what it leaves
 * in its journal is judged by what its heir makes of it. In the end the disk has to be what the guest's history makes it.
 */
public final class FaultyRun {
    private static final long PATIENCE_MILLIS = 8_000;
    private static final long ATTACH_NANOS = 2_000_000_000L;
    private static final long POLL_NANOS = 20_000;

    private final Lab lab;
    private final DriverPair drivers;
    private final LabConnection connection;
    private final DiskHistory history;
    private final Patience patience;
    private final int faultyLife;
    private final int heirLife;
    private LabProcess faulty;
    private LabProcess heir;
    private Diagnosis faultyHealth;
    private Diagnosis heirHealth;
    private End end = End.SERVED;
    private String how = "";
    private boolean over;

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
        /** It gave the connection up, and said it was the guest's fault. */
        GAVE_UP
    }

    /**
     * What a run came to.
     *
     * @param how the first driver ended, in words
     * @param hits of the fault
     * @param errors requests that failed
     * @param outageNanos the longest time without an answer that the guest waited for
     * @param heirDied the driver without a fault did not live to the end
     * @param violations all that is wrong
     */
    public record Result(
            End end,
            String how,
            int hits,
            int errors,
            long outageNanos,
            boolean heirDied,
            List<DiskHistory.Violation> violations) {}

    private FaultyRun(Lab lab, DriverPair drivers) {
        this.lab = lab;
        this.drivers = drivers;
        this.connection = new LabConnection(lab, LabConnection.Shape.plain(1, Workloads.BEFORE_WRAP));
        this.history = connection.history();
        this.patience = new Patience(connection, PATIENCE_MILLIS, this::tend);
        this.faultyLife = lab.nextLife();
        this.heirLife = lab.nextLife();
    }

    /** Any fault at all, the guest is safe; drivers that don't survive it are replaced. */
    public static Result run(Lab lab, DriverPair drivers, Fault fault) {
        return new FaultyRun(lab, drivers).run(fault);
    }

    private Result run(Fault fault) {
        lab.stage().clear(faultyLife);
        lab.stage().clear(heirLife);
        try {
            attachFaulty(fault);
            if (lab.stage().end(faultyLife) == Stage.End.STILLBORN) {
                end = End.STILLBORN;
                retire();
            } else {
                attachHeir();
                perform();
            }
            String told = lab.told().take(faultyLife);
            return new Result(
                    end,
                    told.isEmpty() ? how : told,
                    lab.stage().hits(faultyLife),
                    (int) history.failures(),
                    connection.queue(0).longestWaitNanos(),
                    heir != null && heir.isDead(),
                    end == End.STILLBORN ? List.of() : history.judge());
        } finally {
            connection.close();
        }
    }

    private void attachFaulty(Fault fault) {
        faulty = drivers.faulty();
        faulty.notices();
        Map<String, String> options = new HashMap<>(connection.deviceOptions());
        options.put(LabDriver.FAULT, fault.encode());
        CompletableFuture<Message> attaching = faulty.attaching(connection, faultyLife, options);
        long until = System.nanoTime() + ATTACH_NANOS;
        while (!attaching.isDone() && !faulty.isDead() && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        if (answer(attaching) instanceof Message.Attached attached) {
            faultyHealth = new Diagnosis(faulty.pidfd().pid(), attached.threads());
            long owned = System.nanoTime() + ATTACH_NANOS;
            // The owner first, so that the heir never finds a lease nobody has held yet.
            while (!holds(attached.threads()) && isFaultyAlive() && System.nanoTime() - owned < 0) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            if (isFaultyAlive() && !holds(attached.threads())) {
                kill(End.HUNG, "never took its lease");
            }
        } else if (faulty.isDead()) {
            end = End.DIED;
            how = "died while it was attached" + lastWords();
        } else {
            kill(attaching.isDone() ? End.DIED : End.HUNG, "could not be attached: " + answer(attaching));
        }
    }

    /**
     * As a hypervisor does it: hands the lease of the proven dead on, where the kernel could not since its owner had
     * overwritten it.
     */
    private void fenceSlowly() {
        Journal.Ownership ownership = connection.journal(0).ownership();
        boolean passed = heirHealth.threads().contains(connection.lease(0).ownerThread());
        if (!passed
                && ownership != Journal.Ownership.CLOSED
                && ownership != Journal.Ownership.FRESH
                && (faulty.isDead() || faultyHealth != null && faultyHealth.isGone())) {
            connection.lease(0).handOverFromTheDead(heirHealth.threads());
        }
    }

    /** What the process has written, as far as it is about its end. */
    private String lastWords() {
        return faulty.log()
                .lines()
                .filter(line -> !line.startsWith("\t"))
                .reduce((first, last) -> last)
                .map(line -> ": " + line)
                .orElse("");
    }

    private static Message answer(CompletableFuture<Message> attaching) {
        try {
            return attaching.getNow(null);
        } catch (CompletionException e) {
            return null;
        }
    }

    private boolean holds(List<Integer> threads) {
        return threads.contains(connection.lease(0).ownerThread());
    }

    private boolean isFaultyAlive() {
        return end == End.SERVED && !faulty.isDead() && lab.stage().end(faultyLife) != Stage.End.ERROR;
    }

    private void kill(End as, String why) {
        end = as;
        how = why;
        faulty.kill();
    }

    private void attachHeir() {
        heir = drivers.clean();
        heir.notices();
        heirHealth = new Diagnosis(heir.pidfd().pid(), heir.attach(connection, heirLife, List.of(Fate.NONE)));
    }

    private void perform() {
        Workloads.MIXED.forEach(batch -> over |= over || !work(batch));
        if (!over) {
            retire();
            finish();
        }
        if (!heir.isDead()) {
            heir.detach(heirLife);
        }
    }

    private boolean work(List<Operation> batch) {
        LabQueue queue = connection.queue(0);
        batch.forEach(queue::submit);
        queue.publish();
        return patience.awaitAnswers() && patience.awaitIdle();
    }

    /** The first driver's part is over, one way or the other. */
    private void retire() {
        lab.stage().verdict(faultyLife, 0, Stage.DIE);
        while (isFaultyThere()) {
            connection.queue(0).ring();
            Optional<String> hang = faultyHealth.look(0);
            if (hang.isPresent()) {
                faulty.kill();
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        if (end == End.SERVED) {
            end = End.RETIRED;
        }
    }

    private boolean isFaultyThere() {
        return faultyHealth != null
                && !faulty.isDead()
                && faultyHealth.threads().contains(connection.lease(0).ownerThread());
    }

    /** The heir's part: it has taken over, and can still read what was written. */
    private void finish() {
        if (patience.await(() -> lab.stage().recovered(heirLife, 0) > 0, "the end of a takeover")
                && work(List.of(Operation.read(0, LabConnection.SECTORS / 4), Operation.flush()))) {
            LabConnection.JournalState state = connection.journalState(0);
            int made = connection.queue(0).requestProducer();
            if (!state.equals(new LabConnection.JournalState(made, made, 0))) {
                history.violation(Nature.PROTOCOL, "after " + made + " requests and answers: " + state);
            }
            long bytes = connection.imageBytes();
            if (bytes != (long) LabConnection.SECTORS * SectorTag.BYTES) {
                history.violation(Nature.DATA, "somebody wrote beyond the disk's end: image bytes=" + bytes);
            }
            history.finished(connection.readImage());
        }
    }

    /** Sees how the drivers are; false when there is nothing to wait for any more. */
    private boolean tend() {
        if (end == End.SERVED) {
            tendFaulty();
        } else if (heirHealth != null) {
            fenceSlowly();
            Optional<String> hang = heirHealth.look(progress());
            hang.ifPresent(why -> history.violation(Nature.UNANSWERED, "the heir " + why));
            for (Message notice : heir.notices()) {
                if (notice instanceof Message.Closed closed && closed.connection() == heirLife) {
                    history.violation(Nature.UNANSWERED, "the heir gave the connection up: " + notice);
                    over = true;
                }
            }
            over |= hang.isPresent() || heir.isDead();
        }
        return !over;
    }

    private void tendFaulty() {
        if (faulty.isDead() || lab.stage().end(faultyLife) == Stage.End.ERROR) {
            end = End.DIED;
            how = "its process died" + lastWords();
            return;
        }
        for (Message notice : faulty.notices()) {
            if (notice instanceof Message.Closed closed && closed.connection() == faultyLife) {
                end = End.GAVE_UP;
                how = closed.toString();
                over = true;
                history.violation(Nature.PROTOCOL, "the driver gave the connection up: " + closed);
                return;
            }
        }
        faultyHealth.look(progress()).ifPresent(why -> kill(End.HUNG, why));
    }

    private long progress() {
        Journal journal = connection.journal(0);
        return (journal.requestConsumer() & 0xffffL) << 32
                | (journal.responseCommitted() & 0xffffL) << 16
                | connection.queue(0).outstanding();
    }
}
