// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.frontend.block.BlockCompletion;

/**
 * A client's request from its head to its reply; reused. Confined to its event loop.
 *
 * <pre>
 *   begin -> advance -> (answered -> advance)* -> flush when FUA asks for it -> finish
 *               |                      ^
 *               +-- short of buffers or ring slots: waits in the loop's queue
 * </pre>
 *
 * <p>What it holds while it waits can't keep another request from getting on: buffers whose request is not yet on the
 * ring (slots come free by themselves), or a part of a payload whose client the loop drops if that starves others.
 */
abstract class NbdRequest {
    final QueueLoop loop;
    NbdConnection connection;
    long cookie;
    long offset;
    long length;
    int inFlight; // segments with the disk
    NbdError error; // the first one
    private boolean durable;
    private boolean flushing;
    private boolean waiting;

    NbdRequest(QueueLoop loop) {
        this.loop = loop;
    }

    final void begin(NbdConnection owner, RequestHeader header) {
        connection = owner;
        cookie = header.cookie;
        offset = header.offset;
        length = header.length;
        durable = durable(header);
        flushing = false;
        error = null;
        reset();
    }

    /** Whether the disk is to be flushed before the reply. */
    abstract boolean durable(RequestHeader header);

    abstract void reset();

    /** Gives the disk what it can. False: short of buffers or ring slots, to be called again when some came free. */
    abstract boolean submit();

    /** Whether there is nothing left to submit. */
    abstract boolean submitted();

    /** A segment came back, and the connection is still there. Disposes of the segment. */
    abstract void onAnswer(Segment segment);

    abstract void reply(ReplyWriter replies);

    /** Lets go of what it holds besides segments in flight. */
    abstract void releaseHeld();

    abstract void recycle();

    /** Gets on as far as it can, and waits for its turn where it can't. */
    final void proceed() {
        if (!waiting && !advance()) {
            waiting = true;
            connection.requestWaits();
            loop.await(this);
        }
    }

    /** False: still short of something. */
    final boolean retry() {
        if (!connection.isOpen()) {
            waiting = false;
            dropWhenIdle();
            return true;
        }
        if (!advance()) {
            return false;
        }
        waiting = false;
        connection.requestGoesOn();
        return true;
    }

    final void answered(Segment segment, int status) {
        inFlight--;
        if (!connection.isOpen()) {
            disposeAfterClose(segment);
            dropWhenIdle();
            return;
        }
        if (status != BlockCompletion.OKAY && error == null && (flushing || !ignores(status))) {
            error = NbdError.IO;
        }
        if (flushing) {
            loop.free(segment);
        } else {
            onAnswer(segment);
        }
        proceed();
    }

    boolean ignores(int status) {
        return false;
    }

    void disposeAfterClose(Segment segment) {
        loop.release(segment);
    }

    /** Ends a request whose connection is gone, once nothing refers to it any more. */
    final void dropWhenIdle() {
        if (inFlight == 0 && !waiting) {
            releaseHeld();
            recycle();
        }
    }

    private boolean advance() {
        if (!submit()) {
            return false;
        }
        if (inFlight > 0 || !submitted()) {
            return true;
        }
        if (durable && error == null && !flushing) {
            if (!loop.flush(this)) {
                return false;
            }
            flushing = true;
            return true;
        }
        releaseHeld();
        reply(connection.replies());
        connection.finished(this);
        recycle();
        return true;
    }
}
