// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import dev.ringfence.hypervisor.machine.Budgets;
import dev.ringfence.ring.Activity;

/** One queue as the monitor keeps it. */
final class QueueWatch implements Surroundings {
    private final WatchedQueue queue;
    private final DomainWatch domain;
    private final QueueJudge judge;
    private final QueueReading reading = new QueueReading();
    private final ThreadSample sample = new ThreadSample();
    private ProcessWatch owner;
    private boolean suspected;
    private boolean gone;

    QueueWatch(WatchedQueue queue, DomainWatch domain, Budgets budgets) {
        this.queue = queue;
        this.domain = domain;
        this.judge = new QueueJudge(budgets, queue.slots());
    }

    WatchedQueue queue() {
        return queue;
    }

    /** False when the connection is gone. */
    boolean read() {
        gone = !queue.read(reading);
        if (gone) {
            reading.owned = false;
            suspected = false;
        }
        return !gone;
    }

    boolean isGone() {
        return gone;
    }

    /** There was work, as memory says. */
    boolean busy() {
        return reading.owned && (reading.inFlight() != 0 || reading.untaken());
    }

    /** There was work and no progress. */
    boolean suspected() {
        return suspected;
    }

    boolean alive() {
        return judge.moved() || Activity.of(reading.activity) == Activity.DEVICE;
    }

    /** Looks at it once, after {@link #read}; what was found, or null. */
    Finding look(long passedNanos, boolean late) {
        owner = domain.process(reading.owner);
        boolean judgeable = owner != null && !owner.isOver();
        boolean suspicious =
                judge.suspects(reading, judgeable && owner.process().warm(), this);
        suspected = suspicious && judgeable;
        if (!suspected) {
            return judge.calm(reading);
        }
        owner.sample(queue.thread(reading.owner), sample);
        return owner.isOver() ? null : judge.judge(reading, sample, passedNanos, late, this);
    }

    ProcessWatch owner() {
        return owner;
    }

    @Override
    public boolean othersRun() {
        return owner.othersRun();
    }

    @Override
    public boolean siblingAlive() {
        return domain.siblingAlive(this);
    }

    @Override
    public boolean onlyGuest() {
        return domain.onlyGuest(queue.guest());
    }

    @Override
    public void nudge() {
        queue.nudge();
    }
}
