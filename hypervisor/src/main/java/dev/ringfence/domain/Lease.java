// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import dev.ringfence.memory.RobustMutex;
import dev.ringfence.memory.RobustMutex.Acquired;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Journal.Ownership;

/**
 * The right to serve one queue. Whoever holds it may touch the queue's ring, journal, grants and device; a thread holds
 * at most one, and gives it back only when the connection has ended.
 *
 * <pre>
 *   the kernel says   the journal says    so
 *   clean             fresh               first owner
 *   owner died        owned               inherited: the fast fence
 *   clean             closed              over
 *   clean             owned               fence violation: somebody overwrote the word while its owner may live;
 *                                         inherited once the hypervisor has seen that owner dead: the slow fence
 * </pre>
 */
public final class Lease {
    public enum Outcome {
        FIRST,
        INHERITED,
        CLOSED
    }

    /** The sure fence: proof that nobody who ever held the lease before can still act. */
    @FunctionalInterface
    public interface SlowFence {
        void awaitDeathOfOwner();
    }

    private final RobustMutex mutex;
    private final Journal journal;
    private final int process;
    private final SlowFence slowFence;
    private int predecessor;

    /** @param process the number our hypervisor knows this process by */
    public Lease(Window control, Journal journal, int process, SlowFence slowFence) {
        this.mutex = Journal.lease(control);
        this.journal = journal;
        this.process = process;
        this.slowFence = slowFence;
    }

    /** Waits, without bound, until the calling thread may serve the queue or nobody may any more. */
    public Outcome acquire() {
        Acquired acquired = mutex.lock();
        Ownership found = journal.ownership();
        if (found == Ownership.CLOSED) {
            mutex.unlock();
            return Outcome.CLOSED;
        }
        if (acquired == Acquired.CLEAN && found != Ownership.FRESH) {
            slowFence.awaitDeathOfOwner();
        }
        predecessor = journal.owner();
        boolean first = acquired == Acquired.CLEAN && found == Ownership.FRESH;
        if (first) {
            journal.stamp();
        }
        journal.own(process);
        return first ? Outcome.FIRST : Outcome.INHERITED;
    }

    /** The process that held it before this one, once it is acquired; 0 when there was none. */
    public int predecessor() {
        return predecessor;
    }

    /** Ends the queue for everybody: marks the journal, then lets a waiting standby see the mark. */
    public void close() {
        journal.close();
        mutex.unlock();
    }
}
