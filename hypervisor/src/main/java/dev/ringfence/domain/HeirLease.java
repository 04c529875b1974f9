// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import dev.ringfence.memory.RobustMutex;
import dev.ringfence.memory.RobustMutex.Acquired;
import dev.ringfence.ring.SuccessionRegion;
import dev.ringfence.ring.SuccessionRegion.State;

/**
 * The right to wait for a driver domain's {@link Lease}s. One process has it, the heir; the other standbys wait for it here, and
 * the kernel hands it to one of them when the heir dies, or has become owner and passes it on.
 *
 * <pre>
 *   owner          holds the leases
 *   heir           holds the heir lease, its workers wait for the leases
 *   next standby   waits for the heir lease, its workers for their process's turn
 * </pre>
 *
 * So one process inherits all queues, and two that die at once leave them to a third; no hypervisor is needed.
 */
public final class HeirLease {
    /** The sure fence: proof that the last heir is dead. */
    @FunctionalInterface
    public interface SlowFence {
        /** @param process the last heir's number */
        void awaitDeathOf(int process);
    }

    private final SuccessionRegion region;
    private final RobustMutex mutex;
    private final int process;
    private final SlowFence slowFence;

    /** @param process the number our hypervisor knows this process by */
    public HeirLease(SuccessionRegion region, int process, SlowFence slowFence) {
        this.region = region;
        this.mutex = region.lease();
        this.process = process;
        this.slowFence = slowFence;
    }

    /**
     * Waits, without bound, until this process is the heir; the calling thread has to be the one that passes it on.
     *
     * @return the number of the heir before it; 0 when there was none
     */
    public int acquire() {
        Acquired acquired = mutex.lock();
        State found = region.state();
        int predecessor = region.heir();
        if (acquired == Acquired.CLEAN && found != State.FRESH && found != State.PASSED) {
            // Somebody overwrote the word, and its owner may live.
            slowFence.awaitDeathOf(predecessor);
        }
        region.hold(process);
        return predecessor;
    }

    /** Once this process holds every lease it waited for. */
    public void pass() {
        region.pass();
        mutex.unlock();
    }
}
