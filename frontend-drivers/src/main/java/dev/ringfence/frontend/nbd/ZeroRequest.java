// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

/**
 * WRITE_ZEROES: writes one buffer of zeroes as often as it takes. A discard would be quicker, but nobody promises that
 * discarded sectors read as zeroes.
 */
final class ZeroRequest extends NbdRequest {
    private static final int MAX_IN_FLIGHT = 16;

    private Segment zeroes; // never submitted itself
    private long submitted;

    ZeroRequest(QueueLoop loop) {
        super(loop);
    }

    @Override
    boolean durable(RequestHeader header) {
        return (header.flags & Nbd.CMD_FLAG_FUA) != 0;
    }

    @Override
    void reset() {
        submitted = 0;
    }

    @Override
    boolean submit() {
        if (error != null) {
            submitted = length;
        }
        while (submitted < length && inFlight < MAX_IN_FLIGHT) {
            if (zeroes == null) {
                zeroes = loop.allocateZeroes(this, length);
            }
            if (zeroes == null) {
                return false;
            }
            int bytes = (int) Math.min(length - submitted, zeroes.length);
            if (!loop.write(this, zeroes.buffer, offset + submitted, bytes)) {
                return false;
            }
            submitted += bytes;
        }
        return true;
    }

    @Override
    boolean submitted() {
        return submitted == length;
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
    void releaseHeld() {
        if (zeroes != null) {
            loop.release(zeroes);
            zeroes = null;
        }
    }

    @Override
    void recycle() {
        loop.zeroes.give(this);
    }
}
