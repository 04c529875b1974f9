// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.frontend.block.GuestBuffer;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.channel.unix.Buffer;
import java.nio.ByteBuffer;

/**
 * A guest buffer on its way to a socket, without a copy: back in its queue's pool once Netty has written it or given
 * it up. One object a guest buffer, used again and again.
 */
final class GuestBytes extends UnpooledDirectByteBuf {
    private final QueueLoop loop;
    private final GuestBuffer buffer;
    private final long address;
    private ReplyWriter holder;

    GuestBytes(QueueLoop loop, GuestBuffer buffer) {
        this(loop, buffer, buffer.bytes().duplicate().clear());
    }

    private GuestBytes(QueueLoop loop, GuestBuffer buffer, ByteBuffer whole) {
        super(UnpooledByteBufAllocator.DEFAULT, whole, whole.capacity());
        this.loop = loop;
        this.buffer = buffer;
        this.address = Buffer.memoryAddress(whole);
    }

    GuestBytes lend(ReplyWriter toHolder, int length) {
        resetRefCnt();
        setIndex(0, length);
        holder = toHolder;
        return this;
    }

    // Known here even where Netty may not use Unsafe: it saves a JNI call a write.
    @Override
    public boolean hasMemoryAddress() {
        return true;
    }

    @Override
    public long memoryAddress() {
        return address;
    }

    @Override
    protected void deallocate() {
        holder.givenBack();
        loop.written(buffer);
    }
}
