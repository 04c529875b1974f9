// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.frontend.AsyncRequest;
import dev.ringfence.frontend.Completion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** One request of an {@link AsyncDisk}, from submission to its future. */
final class Transfer implements AsyncRequest<BlockQueue> {
    enum Kind {
        READ,
        WRITE,
        FLUSH,
        DISCARD
    }

    private final Kind kind;
    private final long offset;
    private final long length;
    /** The caller's, over exactly the bytes to move; null unless the request moves some. */
    private final ByteBuffer bytes;

    private final CompletableFuture<Void> future = new CompletableFuture<>();
    private GuestBuffer buffer;
    private IOException failure;

    Transfer(Kind kind, long offset, long length, ByteBuffer bytes) {
        this.kind = kind;
        this.offset = offset;
        this.length = length;
        this.bytes = bytes;
    }

    CompletableFuture<Void> future() {
        return future;
    }

    /** Copies only once, however often it is repeated. */
    @Override
    public boolean start(BlockQueue queue, Completion completion, long context) {
        BlockCompletion told = completion::completed;
        if (bytes != null && buffer == null) {
            buffer = queue.allocate((int) length);
            if (buffer == null) {
                return false;
            }
            if (kind == Kind.WRITE) {
                buffer.bytes().put(0, bytes, 0, (int) length);
            }
        }
        return switch (kind) {
            case READ -> queue.read(offset, buffer, (int) length, told, context);
            case WRITE -> queue.write(offset, buffer, (int) length, told, context);
            case FLUSH -> queue.flush(told, context);
            case DISCARD -> queue.discard(offset, length, told, context);
        };
    }

    @Override
    public void answered(BlockQueue queue, int status) {
        if (status == BlockCompletion.OKAY && kind == Kind.READ) {
            bytes.put(0, buffer.bytes(), 0, (int) length);
        }
        if (status != BlockCompletion.OKAY) {
            String why = status == BlockCompletion.NOT_SUPPORTED ? "not supported" : "I/O error";
            failed(new IOException(kind + " of " + length + " bytes at " + offset + ": " + why));
        }
        if (buffer != null) {
            queue.release(buffer);
        }
    }

    @Override
    public void failed(IOException why) {
        failure = why;
    }

    @Override
    public void complete() {
        if (failure == null) {
            future.complete(null);
        } else {
            future.completeExceptionally(failure);
        }
    }
}
