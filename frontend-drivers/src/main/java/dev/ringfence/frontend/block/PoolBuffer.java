// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import java.nio.ByteBuffer;

/** Pages in a row of a {@link BufferPool}; the same pages are always the same object. */
final class PoolBuffer implements GuestBuffer {
    private final BufferPool pool;
    private final int firstPage;
    private final ByteBuffer bytes;
    private ByteBuffer view;

    private boolean allocated;
    private int inFlight;

    PoolBuffer(BufferPool pool, int firstPage, ByteBuffer bytes) {
        this.pool = pool;
        this.firstPage = firstPage;
        this.bytes = bytes;
    }

    @Override
    public int capacity() {
        return bytes.capacity();
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Over the same memory, for the queue's own use. */
    ByteBuffer view() {
        if (view == null) {
            view = bytes.duplicate();
        }
        return view;
    }

    BufferPool pool() {
        return pool;
    }

    int firstPage() {
        return firstPage;
    }

    boolean isAllocated() {
        return allocated;
    }

    void allocated(boolean now) {
        allocated = now;
    }

    /** Requests that use the buffer now: until they are answered the driver may read and write it. */
    boolean isInFlight() {
        return inFlight > 0;
    }

    void begin() {
        inFlight++;
    }

    void end() {
        inFlight--;
    }

    @Override
    public String toString() {
        return "pages " + firstPage + "+" + capacity() / 4096;
    }
}
