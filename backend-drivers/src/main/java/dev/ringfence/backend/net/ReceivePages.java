// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.ring.Settlement;

/**
 * How what is in a frame gets to be the guest's: it is in pages that the guest has granted, or in the driver's own, which are handed
 * over. What {@link ReceiveService} does with a posted buffer, in this order:
 *
 * <pre>
 *   {@link #claim}                              when it is taken from the ring; a successor claims again what is not answered
 *   {@link #prepare}                            before its answer is journalled
 *   {@link #complete}                           when all answers of its frame are
 *   {@link #release}                            when its answer is in the ring
 *   {@link #committed}                          when that is committed
 * </pre>
 *
 * <p>A successor: {@link #examine}, {@link #finish}, and {@link #begin} when what it finished is committed. Confined to the worker;
 * allocates nothing.
 */
interface ReceivePages extends AutoCloseable {
    /** The frame that a buffer's ref names, or a negative {@link dev.ringfence.grant.GrantStatus}. */
    int claim(int gref);

    void release(int gref);

    /**
     * @param entry the journal's, of the buffer
     * @param frame what {@link #claim} said
     * @param filled there is data in it: the next page of what {@link FrameCatcher} has read
     */
    default void prepare(int entry, int gref, int frame, boolean filled) {}

    /** {@link dev.ringfence.grant.GrantStatus#OKAY}, or a negative one: the guest has taken back what it posted. */
    default int complete(int entry) {
        return 0;
    }

    default void committed() {}

    /** @throws dev.ringfence.ring.ImplausibleJournalException when this is nothing to go on with */
    default void examine(Settlement settlement) {}

    /**
     * Ends what a predecessor had begun to hand over.
     *
     * @return how many of the answered buffers stay answered, the first ones; or a negative status
     */
    default int finish(Settlement settlement) {
        return 0;
    }

    default void begin() {}

    /** The connection has ended. Any thread. */
    @Override
    default void close() {}
}
