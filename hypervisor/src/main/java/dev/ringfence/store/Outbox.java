// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Packets on their way to one reader, in order. Whoever puts one in neither waits for the reader nor runs its code:
 * they are handed over by {@link #flush}, on the executor. What waits is bounded, and an event that waits already is
 * not put in again: it tells the reader no more than the first.
 */
final class Outbox {
    static final int LIMIT_BYTES = 1 << 20;

    /** What a packet takes beside its bytes, roughly, so that many small ones count too. */
    private static final int OVERHEAD_BYTES = 64;

    private final Consumer<byte[]> reader;
    private final Executor executor;
    private final Consumer<Throwable> onFailure;
    private final Queue<byte[]> packets = new ArrayDeque<>();
    private final Set<ByteBuffer> waitingEvents = new HashSet<>();
    private int waitingBytes;
    private boolean draining;
    private boolean closed;

    /** A failure is the reader's or the executor's; nothing is handed over after it. */
    Outbox(Consumer<byte[]> reader, Executor executor, Consumer<Throwable> onFailure) {
        this.reader = reader;
        this.executor = executor;
        this.onFailure = onFailure;
    }

    /** False if too much waits already. */
    synchronized boolean offer(StoreMessage message) {
        byte[] packet = message.packet();
        if (closed || message.is(StoreMessageType.WATCH_EVENT) && !waitingEvents.add(ByteBuffer.wrap(packet))) {
            return true;
        }
        if (waitingBytes + packet.length + OVERHEAD_BYTES > LIMIT_BYTES) {
            return false;
        }
        waitingBytes += packet.length + OVERHEAD_BYTES;
        packets.add(packet);
        return true;
    }

    /** Has what waits handed over. */
    void flush() {
        synchronized (this) {
            if (draining || packets.isEmpty()) {
                return;
            }
            draining = true;
        }
        try {
            executor.execute(this::drain);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** Drops what waits. */
    synchronized void close() {
        closed = true;
        packets.clear();
        waitingEvents.clear();
        waitingBytes = 0;
    }

    private void drain() {
        try {
            byte[] packet = next();
            while (packet != null) {
                reader.accept(packet);
                packet = next();
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private synchronized byte[] next() {
        byte[] packet = packets.poll();
        if (packet == null) {
            draining = false;
        } else {
            waitingEvents.remove(ByteBuffer.wrap(packet));
            waitingBytes -= packet.length + OVERHEAD_BYTES;
        }
        return packet;
    }

    private void fail(RuntimeException failure) {
        close();
        onFailure.accept(failure);
    }
}
