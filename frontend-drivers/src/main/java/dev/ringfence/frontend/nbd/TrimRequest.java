// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.frontend.block.BlockCompletion;

/** TRIM: a hint, so a disk that turns out not to discard has done all that is asked. */
final class TrimRequest extends NbdRequest {
    private long start;
    private long end;
    private boolean submitted;

    TrimRequest(QueueLoop loop) {
        super(loop);
    }

    @Override
    boolean durable(RequestHeader header) {
        return (header.flags & Nbd.CMD_FLAG_FUA) != 0;
    }

    @Override
    void reset() {
        // The protocol lets a server round to what its disk can discard.
        int granularity = Math.max(1, loop.info().discardGranularityBytes());
        start = (offset + granularity - 1) / granularity * granularity;
        end = (offset + length) / granularity * granularity;
        submitted = start >= end;
    }

    @Override
    boolean submit() {
        submitted = submitted || loop.discard(this, start, end - start);
        return submitted;
    }

    @Override
    boolean submitted() {
        return submitted;
    }

    @Override
    boolean ignores(int status) {
        return status == BlockCompletion.NOT_SUPPORTED;
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
        loop.trims.give(this);
    }
}
