// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.backend.RequestQueue;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockResponse;
import dev.ringfence.ring.BackRing;

/** Requests by a Xen ring in blkif's x86_64 layout. */
final class XenBlockRing implements RequestQueue {
    private final BackRing ring;
    private final Window window;

    /** Attaches where the journal says that the predecessor stopped. */
    XenBlockRing(Window window, int requestConsumer, int responseCommitted) {
        this.window = window;
        this.ring = new BackRing(window, BlkifLayout.REQUEST_BYTES, requestConsumer, responseCommitted);
    }

    @Override
    public int available() {
        int available = ring.requestsAvailable();
        return available == BackRing.OVERFLOW ? OVERFLOW : available;
    }

    @Override
    public int requestBytes() {
        return BlkifLayout.REQUEST_BYTES;
    }

    @Override
    public void copyNext(Window destination, long offset) {
        window.copyTo(ring.requestOffset(ring.nextRequest()), destination, offset, BlkifLayout.REQUEST_BYTES);
    }

    @Override
    public void advance() {
        ring.advanceRequest();
    }

    @Override
    public void respond(int index, long id, int operation, int status) {
        BlockResponse.encode(window, ring.responseOffset(index), id, operation, status);
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
