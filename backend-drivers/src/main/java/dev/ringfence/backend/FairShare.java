// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Deficit round robin between the guests that one driver process serves: while several ask for something, each may take a
 * quantum of bytes a round, and a round ends when all who are active have used theirs, or have had time to.
 *
 * <pre>
 *   one guest active       every request passes after one volatile read
 *   several                a worker takes requests while its guest has deficit left, then waits for the next round
 *   next round             the others have used up theirs, are gone for a while, or {@link #ROUND_NANOS} are over
 * </pre>
 *
 * <p>A guest stays active for a moment after its last request, because one that waits for each answer before it asks
 * again would otherwise never be seen to want anything. So a flood is held back for its sake a little longer than it
 * must be, and never longer than a round: neither an idle guest nor a worker that blocks in a device stops another.
 */
final class FairShare {
    /** A guest's bytes a round; 0 switches all of this off. */
    static final long QUANTUM_BYTES = Long.getLong("ringfence.quantumBytes", 512 << 10);

    static final long ROUND_NANOS = 500_000;
    static final long LINGER_NANOS = 2_000_000;
    /** What a request costs beside its bytes. */
    static final long REQUEST_BYTES = 4_096;

    private final long quantumBytes;
    private final List<Flow> flows = new ArrayList<>();
    private volatile boolean contended;
    private long roundNanos;

    /** One guest's part. Guarded by the share. */
    static final class Flow {
        private final int guest;
        /** Its queues; their worker threads, where they wait for the next round. */
        private int queues;

        private final Deque<Thread> waiting = new ArrayDeque<>();
        private int busy;
        private long idleNanos;
        private long deficit;

        private Flow(int guest) {
            this.guest = guest;
        }
    }

    FairShare(long quantumBytes) {
        this.quantumBytes = quantumBytes;
    }

    /** A queue of a guest, which is idle; {@link #leave} is to follow. */
    synchronized Flow join(int guest) {
        Flow flow = flows.stream()
                .filter(candidate -> candidate.guest == guest)
                .findFirst()
                .orElseGet(() -> {
                    Flow first = new Flow(guest);
                    first.idleNanos = System.nanoTime() - LINGER_NANOS;
                    flows.add(first);
                    return first;
                });
        flow.queues++;
        return flow;
    }

    synchronized void leave(Flow flow) {
        if (--flow.queues == 0) {
            flows.remove(flow);
        }
    }

    /** A worker of the flow begins to look for requests. */
    synchronized void busy(Flow flow) {
        flow.busy++;
        if (!contended && quantumBytes > 0) {
            long now = System.nanoTime();
            if (isRivalled(flow, now)) {
                beginRound(flow, now);
            }
        }
    }

    /** A worker of the flow goes to sleep. */
    synchronized void idle(Flow flow) {
        if (--flow.busy == 0) {
            flow.idleNanos = System.nanoTime();
        }
    }

    /** Whether the flow may take a request now; {@link #await} otherwise. */
    boolean admits(Flow flow) {
        return !contended || hasDeficit(flow);
    }

    private synchronized boolean hasDeficit(Flow flow) {
        if (flow.deficit <= 0) {
            long now = System.nanoTime();
            if (isOver(flow, now)) {
                beginRound(flow, now);
            }
        }
        return !contended || flow.deficit > 0;
    }

    /** The flow has taken a request. */
    void charge(Flow flow, long bytes) {
        if (contended) {
            chargeNow(flow, REQUEST_BYTES + bytes);
        }
    }

    private synchronized void chargeNow(Flow flow, long bytes) {
        flow.deficit -= bytes;
        if (flow.deficit > 0) {
            wakeOne(flow);
        }
    }

    /** Waits until the flow may have something to take again, a round at most. */
    void await(Flow flow) {
        Thread worker = Thread.currentThread();
        long left;
        synchronized (this) {
            left = roundNanos + ROUND_NANOS - System.nanoTime();
            if (!contended || flow.deficit > 0 || left <= 0) {
                return;
            }
            flow.waiting.add(worker);
        }
        LockSupport.parkNanos(this, left);
        synchronized (this) {
            flow.waiting.remove(worker);
        }
    }

    private boolean isActive(Flow flow, long now) {
        return flow.busy > 0 || now - flow.idleNanos < LINGER_NANOS;
    }

    private boolean isRivalled(Flow flow, long now) {
        for (int i = 0; i < flows.size(); i++) {
            if (flows.get(i) != flow && isActive(flows.get(i), now)) {
                return true;
            }
        }
        return false;
    }

    /** The time is over, or nobody else has anything left who could still use it. */
    private boolean isOver(Flow flow, long now) {
        if (now - roundNanos >= ROUND_NANOS) {
            return true;
        }
        for (int i = 0; i < flows.size(); i++) {
            Flow other = flows.get(i);
            if (other != flow && other.deficit > 0 && isActive(other, now)) {
                return false;
            }
        }
        return true;
    }

    /** What was taken too much stays a debt; what was not taken is not saved up. */
    private void beginRound(Flow flow, long now) {
        contended = isRivalled(flow, now);
        roundNanos = now;
        for (int i = 0; i < flows.size(); i++) {
            Flow each = flows.get(i);
            each.deficit = Math.min(each.deficit, 0) + quantumBytes;
            wakeOne(each);
        }
    }

    /** It wakes the next one if it leaves something. */
    private static void wakeOne(Flow flow) {
        Thread worker = flow.waiting.poll();
        if (worker != null) {
            LockSupport.unpark(worker);
        }
    }
}
