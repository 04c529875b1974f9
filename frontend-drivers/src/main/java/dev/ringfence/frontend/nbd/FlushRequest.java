// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

/** FLUSH: nothing but the flush that ends every durable request. */
final class FlushRequest extends NbdRequest {
    FlushRequest(QueueLoop loop) {
        super(loop);
    }

    @Override
    boolean durable(RequestHeader header) {
        return true;
    }

    @Override
    void reset() {}

    @Override
    boolean submit() {
        return true;
    }

    @Override
    boolean submitted() {
        return true;
    }

    @Override
    void onAnswer(Segment segment) {
        loop.free(segment);
    }

    @Override
    void reply(ReplyWriter replies) {
        replies.status(cookie, error);
    }

    @Override
    void releaseHeld() {}

    @Override
    void recycle() {
        loop.flushes.give(this);
    }
}
