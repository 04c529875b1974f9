// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend;

/** A request in flight as its {@link ShadowedQueue} remembers it: enough to check its answer, and to send it again. Reused. */
public abstract class Submission {
    private final int slot;
    long id;
    /** Next younger and next older submission. */
    Submission younger;

    Submission older;
    /** Not in the ring: nothing for the back-end of today. */
    boolean refused;
    /** Not in the ring either: it waits to be sent again. */
    boolean held;

    Completion completion;
    long context;

    /** @param slot its number in the queue, from 0 */
    protected Submission(int slot) {
        this.slot = slot;
    }

    /** Stays the same for as long as the queue lives: what belongs to it can be prepared. */
    public final int slot() {
        return slot;
    }

    /** Names it to the back-end until the next time it is sent. */
    public final long id() {
        return id;
    }

    /** Lets go of what the caller lent; before the caller is told. */
    protected abstract void forget();
}
