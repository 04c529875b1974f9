// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import static dev.ringfence.ring.RingLayout.HEADER_BYTES;
import static dev.ringfence.ring.RingLayout.REQ_EVENT;
import static dev.ringfence.ring.RingLayout.REQ_PROD;
import static dev.ringfence.ring.RingLayout.RSP_EVENT;
import static dev.ringfence.ring.RingLayout.RSP_PROD;

import dev.ringfence.memory.Window;

/**
 * The front-end's side of a ring: puts requests, takes responses. Confined to one thread at a time; allocates nothing.
 *
 * <pre>
 *   while (ring.freeRequests() &gt; 0) { encode(ring.window(), ring.requestOffset()); ring.advanceRequest(); }
 *   if (ring.publishRequests()) doorbell.ring();
 *   for (int n = ring.responsesAvailable(); n &gt; 0; n--) { decode(ring.window(), ring.responseOffset()); ... }
 *   if (!ring.armAndRecheck()) sleep();
 * </pre>
 */
public final class FrontRing {
    /** From {@link #responsesAvailable}: the back-end claims responses to requests it was never sent. */
    public static final int OVERFLOW = -1;

    private final Window ring;
    private final int entryBytes;
    private final int slotCount;

    /** Requests put so far, published or not. */
    private int nextRequest;
    /** Our copy of req_prod: the peer can scribble over the shared one. */
    private int publishedRequests;
    /** Responses taken so far. */
    private int nextResponse;

    /** @param ring 1 to 16 whole pages; its content is not touched before {@link #initialise} */
    public FrontRing(Window ring, int entryBytes) {
        this.ring = ring;
        this.entryBytes = entryBytes;
        this.slotCount = RingLayout.slotCount(ring, entryBytes);
    }

    /** Makes the ring empty. The front-end does this, and only it, before the back-end learns of the ring. */
    public void initialise() {
        initialise(0);
    }

    /** As {@link #initialise()}, with indices that begin anywhere; the back-end must attach at the same index. */
    public void initialise(int firstIndex) {
        ring.fill(0, HEADER_BYTES, (byte) 0);
        ring.putInt(REQ_PROD, firstIndex);
        ring.putInt(REQ_EVENT, firstIndex + 1);
        ring.putInt(RSP_EVENT, firstIndex + 1);
        nextRequest = firstIndex;
        publishedRequests = firstIndex;
        nextResponse = firstIndex;
        // Who sees rsp_prod sees the rest of the header before it.
        ring.putIntRelease(RSP_PROD, firstIndex);
    }

    public int slotCount() {
        return slotCount;
    }

    public Window window() {
        return ring;
    }

    /** How many more requests fit now: a slot is free again once its response has been taken. */
    public int freeRequests() {
        return slotCount - (nextRequest - nextResponse);
    }

    /** Index of the next request. */
    public int requestIndex() {
        return nextRequest;
    }

    /** Where in {@link #window} the next request goes; meaningful while {@link #freeRequests} is positive. */
    public long requestOffset() {
        return offset(nextRequest);
    }

    /** Counts the request just written; invisible to the back-end before {@link #publishRequests}. */
    public void advanceRequest() {
        if (freeRequests() <= 0) {
            throw new IllegalStateException("ring is full: slotCount=" + slotCount);
        }
        nextRequest++;
    }

    /** Makes all requests put so far visible. True: the back-end asked to be told, ring its doorbell. */
    public boolean publishRequests() {
        int before = publishedRequests;
        publishedRequests = nextRequest;
        // The back-end sees the requests before it sees the index that covers them.
        ring.putIntRelease(REQ_PROD, nextRequest);
        // The back-end sees the index before we read its event word: either we see that it asked to be told, or it,
        // having asked, sees the requests when it looks again.
        Window.fullFence();
        return RingLayout.passes(ring.getIntAcquire(REQ_EVENT), before, nextRequest);
    }

    /** Responses to take now, or {@link #OVERFLOW}: the ring must then not be used any more. */
    public int responsesAvailable() {
        // We see the index before the responses it covers.
        int available = ring.getIntAcquire(RSP_PROD) - nextResponse;
        return RingLayout.atMost(available, publishedRequests - nextResponse) ? available : OVERFLOW;
    }

    /** Index of the next response. */
    public int responseIndex() {
        return nextResponse;
    }

    /** Where the next response lies; the peer can change it at any time, so copy it out once. */
    public long responseOffset() {
        return offset(nextResponse);
    }

    /** Gives the slot of the response just copied back for requests. */
    public void advanceResponse() {
        if (nextResponse == publishedRequests) {
            throw new IllegalStateException("no request is outstanding: nextResponse=" + nextResponse);
        }
        nextResponse++;
    }

    /** Asks to be told of the next response. True: something came meanwhile, look again instead of sleeping. */
    public boolean armAndRecheck() {
        ring.putIntRelease(RSP_EVENT, nextResponse + 1);
        // The back-end sees that we asked before we look a last time: either it tells us, or we see its response.
        Window.fullFence();
        return ring.getIntAcquire(RSP_PROD) != nextResponse;
    }

    private long offset(int index) {
        return HEADER_BYTES + (long) (index & (slotCount - 1)) * entryBytes;
    }
}
