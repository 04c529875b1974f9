// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Memory of an event loop's own: what it reads from its sockets, and the heads of its replies. */
final class PooledBytes extends ReusableBytes {
    private final ArrayDeque<PooledBytes> idle;

    private PooledBytes(ArrayDeque<PooledBytes> idle, int capacity) {
        super(ByteBuffer.allocateDirect(capacity));
        this.idle = idle;
    }

    @Override
    void givenBack() {
        idle.addLast(this);
    }

    /** As many as were ever in use at once; confined to one thread. */
    static final class Pool {
        private final ArrayDeque<PooledBytes> idle = new ArrayDeque<>();
        private final int capacity;

        Pool(int capacity) {
            this.capacity = capacity;
        }

        /** Empty, and with one reference. */
        PooledBytes take() {
            PooledBytes bytes = idle.pollLast();
            if (bytes == null) {
                bytes = new PooledBytes(idle, capacity);
            }
            bytes.lend(0);
            return bytes;
        }
    }
}
