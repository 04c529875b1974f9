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
import java.util.stream.IntStream;

/** The driver that a trial has its fault in, as its hypervisor and its monitor see it. One thread. */
final class FirstDriver implements Servant {
    private static final long ATTACH_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long BURIAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long UNDEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(15);
    private static final long POLL_NANOS = 20_000;

    private final Lab lab;
    private final LabProcess process;
    private final LabSubject subject;
    private final LabLink link;
    private final Fault fault;
    private final int life;
    private Diagnosis health;
    private Diagnosis uplink = Diagnosis.ofNobody();
    private Optional<Greed> greed = Optional.empty();
    private boolean misled;
    private End end = End.SERVED;
    private String how = "";

    FirstDriver(Lab lab, LabProcess process, LabSubject subject, Fault fault) {
        this.lab = lab;
        this.process = process;
        this.subject = subject;
        this.link = subject.link();
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
        Map<String, String> options = new HashMap<>(subject.deviceOptions());
        options.put(LabDriver.FAULT, fault.encode());
        List<Integer> ringFrames = link.ringFrames().stream()
                .map(frame -> BadPath.ringFrame(fault, frame))
                .toList();
        misled = !ringFrames.equals(link.ringFrames());
        CompletableFuture<Message> attaching = process.attaching(subject, life, options, ringFrames);
        Patience.awaitFor(ATTACH_NANOS, () -> attaching.isDone() || process.isDead());
        if (answer(attaching) instanceof Message.Attached attached) {
            health = new Diagnosis(process.pidfd().pid(), attached.threads());
            awaitLeases();
        } else if (process.isDead()) {
            ended(End.DIED, "died while it was attached" + process.lastWords());
        } else {
            kill(attaching.isDone() ? End.DIED : End.HUNG, "could not be attached: " + answer(attaching));
        }
        if (lab.stage().end(life) == Stage.End.STILLBORN) {
            end = End.STILLBORN;
        }
    }

    /** The owner first, so that the heir never finds a lease nobody has held yet. */
    private void awaitLeases() {
        boolean begun = Patience.awaitFor(
                ATTACH_NANOS,
                () -> holdsLeases()
                        || isEnded()
                        || isClosed()
                        || isHeld()
                        || health.look(0).isPresent());
        if (!begun || !holdsLeases() && !isEnded() && !isClosed() && !isHeld()) {
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

    private boolean holdsLeases() {
        return IntStream.range(0, link.queues()).allMatch(this::holdsLease);
    }

    private boolean holdsLease(int queue) {
        return health.threads().contains(link.lease(queue).ownerThread());
    }

    /** Where one worker ends, all do: to the kernel they are one process. One that has closed its queue has not ended so. */
    private boolean isEnded() {
        return process.isDead() || lab.stage().end(life) == Stage.End.ERROR || isOrphaned() && health.hasLost();
    }

    private boolean isClosed() {
        return IntStream.range(0, link.queues())
                .allMatch(queue -> link.journal(queue).ownership() == Journal.Ownership.CLOSED);
    }

    private boolean isOrphaned() {
        return IntStream.range(0, link.queues()).anyMatch(this::isOrphaned);
    }

    private boolean isOrphaned(int queue) {
        return !holdsLease(queue) && link.journal(queue).ownership() != Journal.Ownership.CLOSED;
    }

    private void ended(End as, String why) {
        end = as;
        how = why;
        subject.driverEnded();
    }

    /** A lease came free though it had not given it back: nobody may serve before it is dead. */
    void fence(String why) {
        bury();
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
        process.kill();
        ended(as, why);
    }

    /**
     * Sees how it is, and does what a monitor would. To be called often while it serves.
     *
     * @param progress any number that changes with each step forward
     */
    void tend(long progress) {
        if (isEnded()) {
            String words = process.lastWords();
            bury();
            ended(End.DIED, "its worker died" + words);
            return;
        }
        for (Message notice : process.notices()) {
            if (notice instanceof Message.Closed closed && closed.connection() == life) {
                bury();
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
        return IntStream.range(0, link.queues()).anyMatch(queue -> lab.stage().isMet(life, queue));
    }

    /** The sure fence for one that stands still: it is dead when this returns. */
    void fenceStopped() {
        bury();
        ended(End.DIED, "was stopped, and fenced");
    }

    /** Its leases go to another while it lives: what must never be. */
    void robOfItsLeases(List<Integer> heirs) {
        for (int queue = 0; queue < link.queues(); queue++) {
            link.lease(queue).handOverFromTheDead(heirs);
        }
        ended(End.DIED, "was stopped, and replaced alive");
    }

    /** What was stopped goes on, if it is there; returns when it has done what it was about to, or for so long did nothing. */
    void resume(long nanos) {
        int queue = IntStream.range(0, link.queues())
                .filter(number -> lab.stage().isMet(life, number))
                .findFirst()
                .orElse(0);
        if (lab.stage().verdict(life, queue) != Stage.NONE) {
            return;
        }
        int stores = lab.stage().stores(life, queue);
        lab.stage().verdict(life, queue, Stage.GO_ON);
        long until = System.nanoTime() + nanos;
        // The store after the one at which it was held: what lies between them is done.
        while (lab.stage().stores(life, queue) == stores && !health.isGone() && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        while (!health.isGone() && !isAsleep() && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Another has its lease: it has died, though nobody has noticed yet. */
    void succeeded() {
        if (end == End.SERVED) {
            String words = process.lastWords();
            bury();
            ended(End.DIED, "its worker died" + words);
        }
    }

    /** Its part is over, one way or the other: one that has lived till now is made to die. */
    void retire() {
        if (end == End.SERVED && isEnded()) {
            ended(End.DIED, "its worker died" + process.lastWords());
        }
        bury();
        if (end == End.SERVED) {
            ended(End.RETIRED, how);
        }
        if (fault instanceof ProcessFault misdeed && misdeed.kind().ruinsProcess() && hits() > 0) {
            process.kill();
        }
    }

    /** What is left of it ends: none of its threads is there any more when this returns. */
    private void bury() {
        for (int queue = 0; queue < Stage.LINES; queue++) {
            lab.stage().verdict(life, queue, Stage.DIE);
        }
        long asleepSinceNanos = System.nanoTime();
        long until = asleepSinceNanos + BURIAL_NANOS;
        while (health != null && !process.isDead() && !(health.isGone() && uplink().isGone())) {
            link.ring();
            subject.nudge();
            LockSupport.parkNanos(POLL_NANOS);
            long now = System.nanoTime();
            asleepSinceNanos = isAsleep() ? asleepSinceNanos : now;
            // What does not wake up when everything rings waits for one that is dead.
            if (now - asleepSinceNanos > UNDEAD_NANOS || now - until > 0) {
                process.kill();
            }
        }
    }

    /** The thread that reads a switch's uplink, once it does. */
    private Diagnosis uplink() {
        uplink = uplink.orOf(process.pidfd().pid(), lab.stage().uplink(life));
        return uplink;
    }

    /** None of its threads runs, or is about to. */
    boolean isAsleep() {
        return health != null && health.isAsleep() && uplink().isAsleep();
    }

    @Override
    public boolean isIdle() {
        return health != null && health.isIdle();
    }

    @Override
    public boolean isUplinkIdle() {
        return uplink().isIdle();
    }

    @Override
    public boolean isUplinkStuck(long progress) {
        return uplink().look(progress).isPresent();
    }

    /** Proven. */
    boolean isDead() {
        return process.isDead() || health != null && health.isGone();
    }
}
