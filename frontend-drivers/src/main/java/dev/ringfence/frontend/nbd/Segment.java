// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.frontend.block.BlockCompletion;
import dev.ringfence.frontend.block.GuestBuffer;

/** The part of a client's request that goes to the disk as one request; reused. */
final class Segment implements BlockCompletion {
    private final QueueLoop loop;
    NbdRequest request;
    GuestBuffer buffer; // null for a flush or discard
    int length;
    Segment next; // within a batch of a read

    Segment(QueueLoop loop) {
        this.loop = loop;
    }

    @Override
    public void completed(long context, int status) {
        loop.answered();
        request.answered(this, status);
    }
}
