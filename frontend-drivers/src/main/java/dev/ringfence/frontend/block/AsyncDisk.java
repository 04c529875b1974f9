// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.frontend.AsyncQueue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A disk for programs with many threads: futures instead of queues, any length, ordinary buffers. Costs a copy.
 *
 * <p>Any thread may call it. What depends on its futures runs on whatever thread finds them complete, and must not block.
 * A buffer belongs to the disk until its future is complete; its position is not moved. Requests that fail complete with
 * an {@link java.io.IOException}.
 */
public final class AsyncDisk implements AutoCloseable {
    private final BlockFrontend frontend;
    private final DiskInfo info;
    private final List<AsyncQueue<BlockQueue>> queues = new ArrayList<>();

    /** Takes the front-end over; nothing else may use its queues. */
    public AsyncDisk(BlockFrontend frontend) {
        this.frontend = frontend;
        this.info = frontend.info();
        for (BlockQueue queue : frontend.queues()) {
            queues.add(new AsyncQueue<>(queue, "disk-queue-" + queues.size()));
        }
        queues.forEach(AsyncQueue::start);
    }

    public DiskInfo info() {
        return info;
    }

    /** Fills {@code destination} from its position to its limit. Offset and length are multiples of the sector. */
    public CompletableFuture<Void> read(long offset, ByteBuffer destination) {
        return transfer(Transfer.Kind.READ, offset, destination);
    }

    /** Writes {@code source} from its position to its limit. Offset and length are multiples of the sector. */
    public CompletableFuture<Void> write(long offset, ByteBuffer source) {
        return transfer(Transfer.Kind.WRITE, offset, source);
    }

    /** Makes everything durable that requests completed before this call have written. */
    public CompletableFuture<Void> flush() {
        return submit(List.of(new Transfer(Transfer.Kind.FLUSH, 0, 0, null)));
    }

    /** Says that a range is not needed any more: reading it may yield anything. */
    public CompletableFuture<Void> discard(long offset, long length) {
        check(offset, length);
        return submit(length == 0 ? List.of() : List.of(new Transfer(Transfer.Kind.DISCARD, offset, length, null)));
    }

    private CompletableFuture<Void> transfer(Transfer.Kind kind, long offset, ByteBuffer buffer) {
        check(offset, buffer.remaining());
        int most = info.maxTransferBytes();
        int begin = buffer.position();
        List<Transfer> parts = new ArrayList<>(1 + buffer.remaining() / most);
        for (long from = begin; from < buffer.limit(); from += most) {
            int length = (int) Math.min(most, buffer.limit() - from);
            parts.add(new Transfer(kind, offset + from - begin, length, buffer.slice((int) from, length)));
        }
        return submit(parts);
    }

    private CompletableFuture<Void> submit(List<Transfer> parts) {
        // A thread keeps to one queue: no two threads meet in a lock when there are queues for both.
        int queue = (int) (Thread.currentThread().getId() % queues.size());
        queues.get(queue).submit(parts);
        return CompletableFuture.allOf(parts.stream().map(Transfer::future).toArray(CompletableFuture[]::new));
    }

    private void check(long offset, long length) {
        int unit = info.sectorBytes() - 1;
        if (offset < 0 || length < 0 || offset > info.bytes() - length || ((offset | length) & unit) != 0) {
            throw new IllegalArgumentException("offset=" + offset + " length=" + length + " " + info);
        }
    }

    /** Fails what is outstanding and closes the front-end. */
    @Override
    public void close() {
        queues.forEach(AsyncQueue::close);
        frontend.close();
    }
}
