// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.memory.Doorbell;
import dev.ringfence.ring.Settlement;
import java.util.List;

/**
 * What a device class does with one queue. All methods are called by the thread that holds the queue's lease, and none
 * may throw for anything a guest did: it says so by {@link #violation}.
 */
public interface QueueService {
    /**
     * Whether all that {@link #recover} is going to act on can have been left by a driver that kept to the steps; before any queue of
     * the device replays.
     *
     * @throws dev.ringfence.ring.ImplausibleJournalException when it can't: the connection begins afresh
     */
    default void examine(Settlement settlement) {}

    /**
     * Begins where the predecessor stopped: makes its unpublished answers visible and replays what is unfinished, except
     * what is convicted: that is answered with an error.
     */
    void recover(Settlement settlement);

    /** What {@link #recover} did not replay. */
    List<Conviction> convictions();

    /** Does a bounded amount of work; how many requests were taken, or negative after a {@link #violation}. */
    int serve();

    /** There is something to do. */
    boolean hasWork();

    /** To look whether there is work costs a system call, so that nobody should do it again and again. */
    default boolean isDearToLook() {
        return false;
    }

    /** Asks the front-end to ring for its next request. True: look again instead of sleeping. */
    boolean armAndRecheck();

    /** Sleeps until there may be work; after {@link #armAndRecheck}. {@code bell} is where the front-end rings, and who ends us. */
    default void await(Doorbell.Listener bell) {
        bell.await();
    }

    /** What the guest did that no correct front-end does, or null. */
    String violation();
}
