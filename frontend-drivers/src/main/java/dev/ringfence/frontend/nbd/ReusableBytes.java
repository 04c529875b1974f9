// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.channel.unix.Buffer;
import java.nio.ByteBuffer;

/** Direct memory that is lent to Netty again and again: nothing is allocated, and {@link #givenBack} is the end of it. */
abstract class ReusableBytes extends UnpooledDirectByteBuf {
    private final long address;

    /** @param whole stays its owner's; only this object may use its position and limit */
    ReusableBytes(ByteBuffer whole) {
        super(UnpooledByteBufAllocator.DEFAULT, whole, whole.capacity());
        address = Buffer.memoryAddress(whole);
    }

    /** Netty has written it, or has given it up. */
    abstract void givenBack();

    /** With one reference, and {@code readable} bytes to be written. */
    final void lend(int readable) {
        resetRefCnt();
        setIndex(0, readable);
    }

    @Override
    protected final void deallocate() {
        givenBack();
    }

    // Known here even where Netty may not use Unsafe: it saves a JNI call a write.
    @Override
    public final boolean hasMemoryAddress() {
        return true;
    }

    @Override
    public final long memoryAddress() {
        return address;
    }
}
