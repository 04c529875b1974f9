// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.domain.Message;
import dev.ringfence.ring.Journal;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/** The driver without a fault, that sleeps on the leases until they are its own, or is given a connection of its own. One thread. */
final class Heir implements Servant {
    private final Lab lab;
    private final LabProcess process;
    private final LabLink link;
    private final int life;
    private final Diagnosis health;
    private Diagnosis uplink = Diagnosis.ofNobody();
    private final Queue<CompletableFuture<Message>> fenceViolations = new ConcurrentLinkedQueue<>();

    /** Attached already. */
    Heir(Lab lab, LabProcess process, LabSubject subject) {
        this(lab, process, subject, Fate.NONE);
    }

    /** One that meets a fate of its own, at its first queue. */
    Heir(Lab lab, LabProcess process, LabSubject subject, Fate fate) {
        this.lab = lab;
        this.process = process;
        this.link = subject.link();
        this.life = lab.nextLife();
        lab.stage().clear(life);
        process.notices();
        process.onFenceViolation(violation -> {
            CompletableFuture<Message> answer = new CompletableFuture<>();
            fenceViolations.add(answer);
            return answer;
        });
        health = new Diagnosis(process.pidfd().pid(), process.attach(subject, life, List.of(fate)));
    }

    List<Integer> threads() {
        return health.threads();
    }

    boolean isDead() {
        return process.isDead();
    }

    /** It holds a lease, whether it serves already or not. */
    boolean hasInherited() {
        return IntStream.range(0, link.queues())
                .anyMatch(queue -> threads().contains(link.lease(queue).ownerThread()));
    }

    /** It has met its fate. */
    boolean isMet() {
        return lab.stage().isMet(life, 0);
    }

    /** The rest of it follows the worker that has met its fate. */
    void end() {
        for (int queue = 0; queue < Stage.LINES; queue++) {
            lab.stage().verdict(life, queue, Stage.DIE);
        }
        link.ring();
    }

    boolean hasTakenOver() {
        return IntStream.range(0, link.queues()).allMatch(queue -> lab.stage().recovered(life, queue) > 0);
    }

    /** It can't make sense of what it was left, and says so. */
    Optional<String> gaveUp() {
        return process.notices().stream()
                .filter(notice -> notice instanceof Message.Closed closed && closed.connection() == life)
                .map(Object::toString)
                .findFirst();
    }

    /** It found a lease free that its predecessor had not given back, and waits until that one is proven dead. */
    boolean awaitsFence() {
        return !fenceViolations.isEmpty();
    }

    /** Its predecessor is dead. */
    void fenced() {
        while (awaitsFence()) {
            fenceViolations.remove().complete(new Message.Done());
        }
    }

    /** As {@link Diagnosis#look}. */
    Optional<String> look(long progress) {
        return health.look(progress);
    }

    /**
     * As a hypervisor does it: hands it the leases of the proven dead, where the kernel could not since their owner had
     * overwritten them.
     */
    void fenceSlowly(FirstDriver predecessor) {
        for (int queue = 0; queue < link.queues(); queue++) {
            Journal.Ownership ownership = link.journal(queue).ownership();
            boolean passed = threads().contains(link.lease(queue).ownerThread());
            if (!passed
                    && ownership != Journal.Ownership.CLOSED
                    && ownership != Journal.Ownership.FRESH
                    && predecessor.isDead()) {
                link.lease(queue).handOverFromTheDead(threads());
            }
        }
    }

    @Override
    public boolean isIdle() {
        return health.isIdle();
    }

    @Override
    public boolean isUplinkIdle() {
        return uplink().isIdle();
    }

    @Override
    public boolean isUplinkStuck(long progress) {
        return uplink().look(progress).isPresent();
    }

    private Diagnosis uplink() {
        uplink = uplink.orOf(process.pidfd().pid(), lab.stage().uplink(life));
        return uplink;
    }

    /** Why it is dead. */
    String lastWords() {
        return process.lastWords();
    }

    void detach() {
        if (!isDead()) {
            process.detach(life);
        }
    }
}
