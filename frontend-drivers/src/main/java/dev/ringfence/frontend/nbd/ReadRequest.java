// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

/**
 * READ: in batches of segments, each batch as large as the free buffers allow, so that a request of any length gets
 * on with any pool. A batch is sent once all of it is there.
 *
 * <p>With structured replies every batch is a chunk of its own. A simple reply is one piece: no other reply may come
 * between its batches, so a request that needs several waits until it is the only one of its connection, and an error
 * after the first batch can only end the connection.
 */
final class ReadRequest extends NbdRequest {
    private static final long MAX_BATCH_BYTES = 4 << 20;

    private Segment first;
    private Segment last;
    private Segment unsent;
    private long batchOffset; // from the start of the request
    private long batchBytes;
    private long sentBytes; // of the batch, to the disk

    ReadRequest(QueueLoop loop) {
        super(loop);
    }

    @Override
    boolean durable(RequestHeader header) {
        return false;
    }

    @Override
    void reset() {
        batchOffset = 0;
        batchBytes = 0;
    }

    @Override
    boolean submit() {
        if (first == null && batchOffset < length && !reserve()) {
            return false;
        }
        for (; unsent != null; unsent = unsent.next) {
            if (!loop.read(unsent, offset + batchOffset + sentBytes)) {
                return false;
            }
            sentBytes += unsent.length;
        }
        return true;
    }

    private boolean reserve() {
        long wanted = Math.min(length - batchOffset, MAX_BATCH_BYTES);
        batchBytes = 0;
        sentBytes = 0;
        while (batchBytes < wanted) {
            Segment segment = loop.allocate(this, length - batchOffset - batchBytes);
            if (segment == null) {
                break;
            }
            append(segment);
        }
        unsent = first;
        if (batchBytes < length && !connection.mayReplyInParts(this)) {
            releaseHeld();
        }
        return first != null;
    }

    private void append(Segment segment) {
        segment.next = null;
        if (first == null) {
            first = segment;
        } else {
            last.next = segment;
        }
        last = segment;
        batchBytes += segment.length;
    }

    @Override
    boolean submitted() {
        return batchOffset == length;
    }

    @Override
    void onAnswer(Segment segment) {
        if (inFlight > 0 || unsent != null) {
            return;
        }
        if (error != null) {
            fail();
        } else {
            send();
        }
    }

    private void send() {
        ReplyWriter replies = connection.replies();
        replies.dataHead(this, batchOffset, batchBytes);
        batchOffset += batchBytes;
        while (first != null) {
            Segment segment = first;
            first = segment.next;
            replies.data(segment);
        }
    }

    private void fail() {
        boolean begun = batchOffset > 0;
        releaseHeld();
        batchOffset = length;
        if (begun && !connection.structuredReplies()) {
            connection.close("the disk failed in the middle of a simple reply");
        }
    }

    @Override
    void reply(ReplyWriter replies) {
        if (error != null) {
            replies.status(cookie, error);
        } else if (length == 0) {
            replies.emptyRead(cookie);
        }
    }

    @Override
    void releaseHeld() {
        while (first != null) {
            Segment segment = first;
            first = segment.next;
            loop.release(segment);
        }
        unsent = null;
    }

    /** Its segments are in the batch, which goes as a whole once the last one is back. */
    @Override
    void disposeAfterClose(Segment segment) {}

    @Override
    void recycle() {
        loop.reads.give(this);
    }
}
