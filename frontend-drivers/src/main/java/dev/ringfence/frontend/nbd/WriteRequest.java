// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** WRITE: the payload goes into guest buffers as it arrives, and each buffer to the disk as soon as it is full. */
final class WriteRequest extends NbdRequest {
    private Segment filling;
    private int filled;
    private long received;
    private long submitted;
    private boolean starved;

    WriteRequest(QueueLoop loop) {
        super(loop);
    }

    @Override
    boolean durable(RequestHeader header) {
        return (header.flags & Nbd.CMD_FLAG_FUA) != 0;
    }

    @Override
    void reset() {
        received = 0;
        submitted = 0;
    }

    boolean receivedAll() {
        return received == length;
    }

    /** Whether a buffer waits here for more of the client's payload. */
    boolean isFilling() {
        return filling != null;
    }

    /** Takes what it can of the payload; stops early when it has to wait for a buffer or a ring slot. */
    void receive(ByteBuf in) {
        while (in.isReadable() && !receivedAll()) {
            if (filling == null && !startSegment()) {
                proceed();
                return;
            }
            fill(in);
            if (filled == filling.length) {
                proceed();
                if (filling != null) {
                    return;
                }
            }
        }
    }

    private boolean startSegment() {
        filling = loop.allocate(this, length - received);
        filled = 0;
        starved = filling == null;
        return !starved;
    }

    private void fill(ByteBuf in) {
        int count = Math.min(in.readableBytes(), filling.length - filled);
        ByteBuffer target = filling.buffer.bytes();
        target.limit(filled + count).position(filled);
        in.readBytes(target);
        filled += count;
        received += count;
    }

    @Override
    boolean submit() {
        if (starved) {
            return startSegment();
        }
        if (filling == null || filled < filling.length) {
            return true;
        }
        if (!loop.write(filling, offset + submitted)) {
            return false;
        }
        submitted += filling.length;
        filling = null;
        return true;
    }

    @Override
    boolean submitted() {
        return submitted == length;
    }

    @Override
    void onAnswer(Segment segment) {
        loop.release(segment);
    }

    @Override
    void reply(ReplyWriter replies) {
        replies.status(cookie, error);
    }

    @Override
    void releaseHeld() {
        if (filling != null) {
            loop.release(filling);
            filling = null;
        }
        starved = false;
    }

    @Override
    void recycle() {
        loop.writes.give(this);
    }
}
