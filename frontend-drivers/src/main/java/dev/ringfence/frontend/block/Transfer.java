// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** One request of an {@link AsyncDisk}, from submission to its future. */
final class Transfer {
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

    /** Submits the request; false while the queue lacks what it takes. May be repeated, and copies only once. */
    boolean start(BlockQueue queue, BlockCompletion completion, long context) {
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
            case READ -> queue.read(offset, buffer, (int) length, completion, context);
            case WRITE -> queue.write(offset, buffer, (int) length, completion, context);
            case FLUSH -> queue.flush(completion, context);
            case DISCARD -> queue.discard(offset, length, completion, context);
        };
    }

    /** Takes the answer in; {@link #complete} tells the caller, later and outside of any lock. */
    void answered(BlockQueue queue, int status) {
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

    void failed(IOException why) {
        failure = why;
    }

    void complete() {
        if (failure == null) {
            future.complete(null);
        } else {
            future.completeExceptionally(failure);
        }
    }
}
