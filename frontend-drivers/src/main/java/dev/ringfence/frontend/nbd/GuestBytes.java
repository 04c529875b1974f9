// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.frontend.block.GuestBuffer;

/** A guest buffer on its way to a socket, without a copy; back in its queue's pool afterwards. */
final class GuestBytes extends ReusableBytes {
    private final QueueLoop loop;
    private final GuestBuffer buffer;
    private ReplyWriter holder;

    GuestBytes(QueueLoop loop, GuestBuffer buffer) {
        super(buffer.bytes().duplicate().clear());
        this.loop = loop;
        this.buffer = buffer;
    }

    GuestBytes lend(ReplyWriter toHolder, int length) {
        lend(length);
        holder = toHolder;
        return this;
    }

    @Override
    void givenBack() {
        holder.givenBack();
        loop.written(buffer);
    }
}
