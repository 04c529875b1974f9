// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;

/**
 * Encodes the replies of one connection: collects heads in one buffer, sends long data straight from guest memory,
 * and flushes once for all replies of a turn of the event loop.
 */
final class ReplyWriter {
    private final ChannelHandlerContext ctx;
    private final QueueLoop loop;
    private final boolean structured;
    private PooledBytes heads;
    private boolean unflushed;
    private boolean closed;
    private int lent;

    ReplyWriter(ChannelHandlerContext ctx, QueueLoop loop, boolean structured) {
        this.ctx = ctx;
        this.loop = loop;
        this.structured = structured;
    }

    /** The whole reply to anything but a read; error is null for success. */
    void status(long cookie, NbdError error) {
        if (error == null || !structured) {
            simple(cookie, error == null ? 0 : error.code);
            return;
        }
        byte[] message = error.message.getBytes(StandardCharsets.UTF_8);
        ByteBuf head = chunk(cookie, Nbd.REPLY_FLAG_DONE, Nbd.REPLY_TYPE_ERROR, 6 + message.length, 6 + message.length);
        head.writeInt(error.code).writeShort(message.length).writeBytes(message);
    }

    void emptyRead(long cookie) {
        if (structured) {
            chunk(cookie, Nbd.REPLY_FLAG_DONE, Nbd.REPLY_TYPE_NONE, 0, 0);
        } else {
            simple(cookie, 0);
        }
    }

    /** Announces {@code bytes} of a read's data, which the calls of {@link #data} must add up to. */
    void dataHead(ReadRequest read, long offset, long bytes) {
        if (structured) {
            int flags = offset + bytes == read.length ? Nbd.REPLY_FLAG_DONE : 0;
            chunk(read.cookie, flags, Nbd.REPLY_TYPE_OFFSET_DATA, 8 + bytes, 8).writeLong(read.offset + offset);
        } else if (offset == 0) {
            simple(read.cookie, 0);
        }
    }

    /** Takes the segment and its buffer over. */
    void data(Segment segment) {
        if (closed) {
            loop.release(segment);
            return;
        }
        sendHeads();
        flushLater();
        lent++;
        ctx.write(loop.bytes(segment.buffer).lend(this, segment.length), ctx.voidPromise());
        loop.free(segment);
    }

    void allocated(long cookie, long length) {
        chunk(cookie, Nbd.REPLY_FLAG_DONE, Nbd.REPLY_TYPE_BLOCK_STATUS, 12, 12)
                .writeInt(Nbd.BASE_ALLOCATION_ID)
                .writeInt((int) length)
                .writeInt(0);
    }

    private void simple(long cookie, int code) {
        head(Nbd.SIMPLE_REPLY_BYTES)
                .writeInt(Nbd.SIMPLE_REPLY_MAGIC)
                .writeInt(code)
                .writeLong(cookie);
    }

    private ByteBuf chunk(long cookie, int flags, int type, long payloadBytes, int bytesInHead) {
        return head(Nbd.STRUCTURED_REPLY_BYTES + bytesInHead)
                .writeInt(Nbd.STRUCTURED_REPLY_MAGIC)
                .writeShort(flags)
                .writeShort(type)
                .writeLong(cookie)
                .writeInt((int) payloadBytes);
    }

    private ByteBuf head(int bytes) {
        if (heads != null && heads.writableBytes() < bytes) {
            sendHeads();
        }
        if (heads == null) {
            heads = loop.heads();
        }
        flushLater();
        return heads;
    }

    private void flushLater() {
        if (!unflushed) {
            unflushed = true;
            loop.flushLater(this);
        }
    }

    private void sendHeads() {
        if (heads != null) {
            ctx.write(heads, ctx.voidPromise());
            heads = null;
        }
    }

    void flush() {
        unflushed = false;
        if (!closed) {
            sendHeads();
            ctx.flush();
        } else if (heads != null) {
            heads.release();
            heads = null;
        }
    }

    /** From here on what is written goes nowhere. */
    void close() {
        closed = true;
    }

    /** Whether the socket holds guest buffers that the client hasn't read yet. */
    boolean holdsBuffers() {
        return lent > 0;
    }

    void givenBack() {
        lent--;
    }
}
