// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.domain.Message;
import dev.ringfence.ring.Journal;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The driver without a fault, that sleeps on the lease until it is its own, or is given a connection of its own. One thread. */
final class Heir {
    private final Lab lab;
    private final LabProcess process;
    private final LabLink link;
    private final int life;
    private final Diagnosis health;
    private final Queue<CompletableFuture<Message>> fenceViolations = new ConcurrentLinkedQueue<>();

    /** Attached already. */
    Heir(Lab lab, LabProcess process, LabConnection connection) {
        this(lab, process, connection, Fate.NONE);
    }

    /** One that meets a fate of its own. */
    Heir(Lab lab, LabProcess process, LabConnection connection, Fate fate) {
        this.lab = lab;
        this.process = process;
        this.link = connection.link();
        this.life = lab.nextLife();
        lab.stage().clear(life);
        process.notices();
        process.onFenceViolation(violation -> {
            CompletableFuture<Message> answer = new CompletableFuture<>();
            fenceViolations.add(answer);
            return answer;
        });
        health = new Diagnosis(process.pidfd().pid(), process.attach(connection, life, List.of(fate)));
    }

    List<Integer> threads() {
        return health.threads();
    }

    boolean isDead() {
        return process.isDead();
    }

    /** It holds the lease, whether it serves already or not. */
    boolean hasInherited() {
        return threads().contains(link.lease(0).ownerThread());
    }

    /** It has met its fate. */
    boolean isMet() {
        return lab.stage().isMet(life, 0);
    }

    boolean hasTakenOver() {
        return lab.stage().recovered(life, 0) > 0;
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
     * As a hypervisor does it: hands it the lease of the proven dead, where the kernel could not since its owner had
     * overwritten it.
     */
    void fenceSlowly(FirstDriver predecessor) {
        Journal.Ownership ownership = link.journal(0).ownership();
        if (!hasInherited()
                && ownership != Journal.Ownership.CLOSED
                && ownership != Journal.Ownership.FRESH
                && predecessor.isDead()) {
            link.lease(0).handOverFromTheDead(threads());
        }
    }

    void detach() {
        if (!isDead()) {
            process.detach(life);
        }
    }
}
