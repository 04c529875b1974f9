// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.memory.Window;
import dev.ringfence.ring.BackRing;

/** Requests by a Xen ring, each in one slot, whatever they ask for. */
public final class XenRing implements RequestQueue {
    private final BackRing ring;
    private final Window window;
    private final int entryBytes;
    private final Encoder encoder;

    /** Lays out a response; shared by all queues, so it keeps nothing. */
    @FunctionalInterface
    public interface Encoder {
        /** Writes the whole slot, so that nothing is left of the request that was in its place. */
        void encode(Window ring, long offset, long id, int operation, int status);
    }

    /**
     * Attaches where the journal says that the predecessor stopped.
     *
     * @param entryBytes of a slot: the longer one of request and response
     */
    public XenRing(Window window, int entryBytes, Encoder encoder, int requestConsumer, int responseCommitted) {
        this.window = window;
        this.entryBytes = entryBytes;
        this.encoder = encoder;
        this.ring = new BackRing(window, entryBytes, requestConsumer, responseCommitted);
    }

    @Override
    public int available() {
        int available = ring.requestsAvailable();
        return available == BackRing.OVERFLOW ? OVERFLOW : available;
    }

    @Override
    public int requestBytes() {
        return entryBytes;
    }

    @Override
    public void copyNext(Window destination, long offset) {
        window.copyTo(ring.requestOffset(ring.nextRequest()), destination, offset, entryBytes);
    }

    @Override
    public void advance() {
        ring.advanceRequest();
    }

    @Override
    public void respond(int index, long id, int operation, int status) {
        encoder.encode(window, ring.responseOffset(index), id, operation, status);
    }

    @Override
    public boolean publish(int index) {
        return ring.publishResponses(index);
    }

    @Override
    public boolean armAndRecheck() {
        return ring.armAndRecheck();
    }
}
