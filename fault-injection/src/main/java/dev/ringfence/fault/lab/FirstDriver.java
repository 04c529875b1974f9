// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.domain.Message;
import dev.ringfence.fault.lab.FaultyRun.End;
import dev.ringfence.ring.Journal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The driver that a trial has its fault in, as its hypervisor and its monitor see it. One thread. */
final class FirstDriver {
    private static final long ATTACH_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long POLL_NANOS = 20_000;

    private final Lab lab;
    private final LabProcess process;
    private final LabConnection connection;
    private final LabLink link;
    private final Fault fault;
    private final int life;
    private Diagnosis health;
    private Optional<Greed> greed = Optional.empty();
    private boolean misled;
    private End end = End.SERVED;
    private String how = "";

    FirstDriver(Lab lab, LabProcess process, LabConnection connection, Fault fault) {
        this.lab = lab;
        this.process = process;
        this.connection = connection;
        this.link = connection.link();
        this.fault = fault;
        this.life = lab.nextLife();
        lab.stage().clear(life);
    }

    End end() {
        return end;
    }

    /** In its own words where it has said any. */
    String how() {
        String told = lab.told().take(life, Told.END);
        return told.isEmpty() ? how : told;
    }

    /** What its fault changed; empty when it is no change of code. */
    String edit() {
        return lab.told().take(life, Told.EDIT);
    }

    int hits() {
        return lab.stage().hits(life) + (misled ? 1 : 0);
    }

    /** Returns when it serves, or has come to an end. */
    void attach() {
        process.notices();
        if (fault instanceof ProcessFault) {
            greed = Optional.of(new Greed(process.pidfd().pid()));
        }
        Map<String, String> options = new HashMap<>(connection.deviceOptions());
        options.put(LabDriver.FAULT, fault.encode());
        List<Integer> ringFrames = link.ringFrames().stream()
                .map(frame -> BadPath.ringFrame(fault, frame))
                .toList();
        misled = !ringFrames.equals(link.ringFrames());
        CompletableFuture<Message> attaching = process.attaching(connection, life, options, ringFrames);
        AttendedTime waited = new AttendedTime();
        while (!attaching.isDone() && !process.isDead() && waited.nanos() < ATTACH_NANOS) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        if (answer(attaching) instanceof Message.Attached attached) {
            health = new Diagnosis(process.pidfd().pid(), attached.threads());
            awaitLease();
        } else if (process.isDead()) {
            ended(End.DIED, "died while it was attached" + lastWords());
        } else {
            kill(attaching.isDone() ? End.DIED : End.HUNG, "could not be attached: " + answer(attaching));
        }
        if (lab.stage().end(life) == Stage.End.STILLBORN) {
            end = End.STILLBORN;
        }
    }

    /** The owner first, so that the heir never finds a lease nobody has held yet. */
    private void awaitLease() {
        AttendedTime waited = new AttendedTime();
        while (!holdsLease() && !isEnded() && !isHeld() && waited.nanos() < ATTACH_NANOS) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        if (!holdsLease() && !isEnded() && !isHeld()) {
            kill(End.HUNG, "never took its lease");
        }
    }

    private static Message answer(CompletableFuture<Message> attaching) {
        try {
            return attaching.getNow(null);
        } catch (CompletionException e) {
            return null;
        }
    }

    private boolean holdsLease() {
        return health.threads().contains(link.lease(0).ownerThread());
    }

    /** One that gives the connection up ends its worker, too, and says so a little later. */
    private boolean isEnded() {
        return process.isDead()
                || lab.stage().end(life) == Stage.End.ERROR
                || !holdsLease() && link.journal(0).ownership() != Journal.Ownership.CLOSED && health.isGone();
    }

    private void ended(End as, String why) {
        end = as;
        how = why;
    }

    /** Its lease came free though it had not given it back: nobody may serve before it is dead. */
    void fence(String why) {
        if (!isDead()) {
            process.kill();
        }
        if (end == End.SERVED) {
            ended(End.DIED, why);
        }
    }

    /** What it returned is not what was written; it is dead when this returns. */
    void distrust(String why) {
        if (end == End.SERVED) {
            kill(End.DISTRUSTED, why);
        }
    }

    private void kill(End as, String why) {
        ended(as, why);
        process.kill();
    }

    /** What the process has written, as far as it is about its end. */
    private String lastWords() {
        return process.log()
                .lines()
                .filter(line -> !line.startsWith("\t") && !line.startsWith("SLF4J"))
                .reduce((first, last) -> last)
                .map(line -> ": " + line)
                .orElse("");
    }

    /**
     * Sees how it is, and does what a monitor would. To be called often while it serves.
     *
     * @param progress any number that changes with each step forward
     */
    void tend(long progress) {
        if (isEnded()) {
            ended(End.DIED, "its worker died" + lastWords());
            return;
        }
        for (Message notice : process.notices()) {
            if (notice instanceof Message.Closed closed && closed.connection() == life) {
                ended(End.GAVE_UP, closed.toString());
                return;
            }
        }
        health.look(progress).ifPresent(why -> kill(End.HUNG, why));
        if (end == End.SERVED) {
            greed.flatMap(Greed::look).ifPresent(why -> kill(End.HOGGED, why));
        }
    }

    /** It waits at the store that its fault names. */
    boolean isHeld() {
        return lab.stage().isMet(life, 0);
    }

    /** The sure fence for one that stands still: it is dead when this returns. */
    void fenceStopped() {
        lab.stage().verdict(life, 0, Stage.DIE);
        ended(End.DIED, "was stopped, and fenced");
    }

    /** Its lease goes to another while it lives: what must never be. */
    void robOfItsLease(List<Integer> heirs) {
        link.lease(0).handOverFromTheDead(heirs);
        ended(End.DIED, "was stopped, and replaced alive");
    }

    /** What was stopped goes on, if it is there; returns when it has done what it was about to, or for so long did nothing. */
    void resume(long nanos) {
        if (lab.stage().verdict(life, 0) != Stage.NONE) {
            return;
        }
        int stores = lab.stage().stores(life, 0);
        lab.stage().verdict(life, 0, Stage.GO_ON);
        long until = System.nanoTime() + nanos;
        // The store after the one at which it was held: what lies between them is done.
        while (lab.stage().stores(life, 0) == stores && !health.isGone() && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        while (!health.isGone() && !health.isAsleep() && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Another has its lease: it has died, though nobody has noticed yet. */
    void succeeded() {
        if (end == End.SERVED) {
            ended(End.DIED, "its worker died" + lastWords());
        }
    }

    /** Its part is over, one way or the other: one that has lived till now is made to die. */
    void retire() {
        lab.stage().verdict(life, 0, Stage.DIE);
        while (health != null && !process.isDead() && !health.isGone()) {
            link.queues().get(0).ring();
            Optional<String> hang = health.look(0);
            if (hang.isPresent() && end == End.SERVED) {
                kill(End.HUNG, hang.get());
            } else if (hang.isPresent()) {
                process.kill();
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        if (end == End.SERVED) {
            end = End.RETIRED;
        }
        if (fault instanceof ProcessFault misdeed && misdeed.kind().ruinsProcess() && hits() > 0) {
            process.kill();
        }
    }

    /** Proven. */
    boolean isDead() {
        return process.isDead() || health != null && health.isGone();
    }
}
