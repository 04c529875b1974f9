// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static dev.ringfence.ring.RingLayout.HEADER_BYTES;
import static dev.ringfence.ring.RingLayout.REQ_EVENT;
import static dev.ringfence.ring.RingLayout.REQ_PROD;
import static dev.ringfence.ring.RingLayout.RSP_EVENT;
import static dev.ringfence.ring.RingLayout.RSP_PROD;

import dev.ringfence.memory.Window;

/**
 * The back-end's side of a ring: takes requests, puts responses. Confined to the thread that holds the queue's lease;
 * allocates nothing.
 *
 * <p>It attaches at indices that its creator took from memory the front-end can't write, and never loads
 * {@code rsp_prod}: Xen once had an attach that took private indices from the shared page, and removed it as a
 * vulnerability.
 *
 * <p>Response {@code k} goes into the slot of request {@code k}, whichever request it answers: copy requests out before
 * answering any.
 */
public final class BackRing {
    /** From {@link #requestsAvailable}: the front-end's index is one that no correct front-end ever publishes. */
    public static final int OVERFLOW = -1;

    private final Window ring;
    private final int entryBytes;
    private final int slotCount;

    /** Requests taken so far. */
    private int nextRequest;
    /** Responses published so far; our copy of rsp_prod, which the peer can scribble over. */
    private int publishedResponses;

    /**
     * Attaches to a ring that may be in use.
     *
     * @param requestConsumer how many requests have been taken, modulo 2^32
     * @param responseProducer how many responses have been committed, modulo 2^32
     */
    public BackRing(Window ring, int entryBytes, int requestConsumer, int responseProducer) {
        this.ring = ring;
        this.entryBytes = entryBytes;
        this.slotCount = RingLayout.slotCount(ring, entryBytes);
        if (!RingLayout.atMost(requestConsumer - responseProducer, slotCount)) {
            throw new IllegalArgumentException("more responses than requests, or more requests than slots:"
                    + " requestConsumer=" + Integer.toUnsignedString(requestConsumer)
                    + " responseProducer=" + Integer.toUnsignedString(responseProducer)
                    + " slotCount=" + slotCount);
        }
        this.nextRequest = requestConsumer;
        this.publishedResponses = responseProducer;
    }

    public int slotCount() {
        return slotCount;
    }

    public Window window() {
        return ring;
    }

    /**
     * Requests to take now, or {@link #OVERFLOW}: the connection must then be closed.
     *
     * <p>What is taken and not answered never exceeds the ring: a correct front-end can't ask for more, since it reuses a
     * slot only after taking the response in it.
     */
    public int requestsAvailable() {
        // We see the index before the requests it covers.
        int unanswered = ring.getIntAcquire(REQ_PROD) - publishedResponses;
        int taken = nextRequest - publishedResponses;
        // The second comparison refuses an index that went backwards, behind what we have already taken.
        if (!RingLayout.atMost(unanswered, slotCount) || !RingLayout.atMost(taken, unanswered)) {
            return OVERFLOW;
        }
        return unanswered - taken;
    }

    /** Index of the next request to take. */
    public int nextRequest() {
        return nextRequest;
    }

    /** Where request {@code index} lies; the peer can change it at any time, so copy it out once. */
    public long requestOffset(int index) {
        return offset(index);
    }

    /** Counts the request just copied as taken. */
    public void advanceRequest() {
        if (nextRequest - publishedResponses == slotCount) {
            throw new IllegalStateException("all slots are taken and unanswered: slotCount=" + slotCount);
        }
        nextRequest++;
    }

    /** How many responses have been published, modulo 2^32: the index of the next one. */
    public int publishedResponses() {
        return publishedResponses;
    }

    /** Where response {@code index} goes; invisible to the front-end before {@link #publishResponses}. */
    public long responseOffset(int index) {
        return offset(index);
    }

    /**
     * Makes the responses before index {@code responseProducer} visible; commit them in the journal first. True: the
     * front-end asked to be told, ring its doorbell. Publishing the same index again only stores it again.
     */
    public boolean publishResponses(int responseProducer) {
        int before = publishedResponses;
        if (!RingLayout.atMost(responseProducer - before, nextRequest - before)) {
            throw new IllegalArgumentException("more responses than taken requests:"
                    + " responseProducer=" + Integer.toUnsignedString(responseProducer)
                    + " nextRequest=" + Integer.toUnsignedString(nextRequest));
        }
        publishedResponses = responseProducer;
        // The front-end sees the responses before it sees the index that covers them.
        ring.putIntRelease(RSP_PROD, responseProducer);
        // The front-end sees the index before we read its event word: either we see that it asked to be told, or it,
        // having asked, sees the responses when it looks again.
        Window.fullFence();
        return RingLayout.passes(ring.getIntAcquire(RSP_EVENT), before, responseProducer);
    }

    /** Asks to be told of the next request. True: something came meanwhile, look again instead of sleeping. */
    public boolean armAndRecheck() {
        ring.putIntRelease(REQ_EVENT, nextRequest + 1);
        // The front-end sees that we asked before we look a last time: either it tells us, or we see its request.
        Window.fullFence();
        return ring.getIntAcquire(REQ_PROD) != nextRequest;
    }

    private long offset(int index) {
        return HEADER_BYTES + (long) (index & (slotCount - 1)) * entryBytes;
    }
}
