// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import dev.ringfence.hypervisor.machine.Budgets;
import dev.ringfence.hypervisor.machine.Limits;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A driver domain under supervision. Others add what there is to watch, from any thread; the monitor drops by itself what is
 * gone.
 */
public final class DomainWatch {
    private static final long SECOND = 1_000_000_000;
    private static final long REPEAT_NANOS = 10 * SECOND;

    private final Budgets budgets;
    private final ProcText text;
    private final Consumer<Finding> findings;
    private final List<ProcessWatch> processes = new CopyOnWriteArrayList<>();
    private final List<QueueWatch> queues = new CopyOnWriteArrayList<>();
    private long toldNanos = System.nanoTime() - REPEAT_NANOS;

    DomainWatch(Limits limits, ProcText text, Consumer<Finding> findings) {
        this.budgets = limits.budgets();
        this.text = text;
        this.findings = findings;
    }

    /** A process that is ready, owner or standby. */
    public void add(WatchedProcess process) {
        processes.add(new ProcessWatch(process, text));
    }

    /** A queue of a new connection. */
    public void add(WatchedQueue queue) {
        queues.add(new QueueWatch(queue, this, budgets));
    }

    /** Looks at every queue once. */
    Urgency look(long passedNanos, boolean late) {
        Urgency urgency = Urgency.IDLE;
        for (QueueWatch queue : queues) {
            Finding finding = queue.read() ? queue.look(passedNanos, late) : null;
            if (finding != null) {
                act(queue, finding);
            }
            urgency = urgency.or(queue.suspected() ? Urgency.SUSPICIOUS : queue.busy() ? Urgency.BUSY : Urgency.IDLE);
        }
        return urgency;
    }

    private void act(QueueWatch queue, Finding found) {
        String message = queue.queue().name() + " " + found.message();
        Finding finding = new Finding(found.kind(), message, found.figures());
        if (finding.kind().fatal()) {
            queue.owner().kill(finding);
            findings.accept(finding);
        } else if (System.nanoTime() - toldNanos >= REPEAT_NANOS) {
            toldNanos = System.nanoTime();
            findings.accept(finding);
        }
    }

    /** Forgets who is gone. */
    void sweep() {
        queues.removeIf(QueueWatch::isGone);
        List<ProcessWatch> over =
                processes.stream().filter(ProcessWatch::isOver).toList();
        processes.removeAll(over);
        over.forEach(ProcessWatch::close);
    }

    /** The process journals call by this number; null when it is gone or unknown. */
    ProcessWatch process(int number) {
        for (ProcessWatch process : processes) {
            if (process.process().number() == number) {
                return process;
            }
        }
        return null;
    }

    boolean siblingAlive(QueueWatch queue) {
        for (QueueWatch other : queues) {
            if (other != queue && other.queue().device().equals(queue.queue().device()) && other.alive()) {
                return true;
            }
        }
        return false;
    }

    boolean onlyGuest(int guest) {
        for (QueueWatch other : queues) {
            if (other.queue().guest() != guest) {
                return false;
            }
        }
        return true;
    }
}
