// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/** Has Netty read every socket of a loop into the same few buffers: the one in use is warm in the cache. */
final class ReceiveBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    private final QueueLoop loop;

    ReceiveBuffers(QueueLoop loop) {
        this.loop = loop;
    }

    @Override
    public ExtendedHandle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public ByteBuf allocate(ByteBufAllocator unused) {
                return loop.receiveBuffers().take();
            }

            @Override
            public int guess() {
                return QueueLoop.RECEIVE_BYTES;
            }
        };
    }
}
