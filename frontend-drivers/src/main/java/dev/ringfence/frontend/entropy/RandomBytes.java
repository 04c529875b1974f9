// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.entropy;

import dev.ringfence.frontend.AsyncQueue;
import dev.ringfence.frontend.AsyncRequest;
import dev.ringfence.frontend.Completion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Random bytes for programs with many threads: any number of them, waited for or not. Any thread may call it; what depends on
 * its futures runs on whatever thread finds them complete, and must not block.
 */
public final class RandomBytes implements AutoCloseable {
    private final EntropyFrontend frontend;
    private final AsyncQueue<EntropyQueue> queue;

    /** Takes the front-end over; nothing else may use its queue. */
    public RandomBytes(EntropyFrontend frontend) {
        this.frontend = frontend;
        this.queue = new AsyncQueue<>(frontend.queue(), "entropy-queue");
        queue.start();
    }

    /** Fills an array, and returns when it is full. */
    public void read(byte[] destination) throws IOException {
        try {
            fill(destination).join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** Fills an array, which is not the caller's until the future is complete; it may fail with an {@link IOException}. */
    public CompletableFuture<Void> fill(byte[] destination) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (int from = 0; from < destination.length; from += EntropyQueue.LENGTH_MAX) {
            parts.add(fill(destination, from, Math.min(EntropyQueue.LENGTH_MAX, destination.length - from)));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    }

    /** A source may have fewer bytes at the moment than were asked for: then it is asked again. */
    private CompletableFuture<Void> fill(byte[] destination, int from, int length) {
        Piece piece = new Piece(destination, from, length);
        queue.submit(List.of(piece));
        return piece.future.thenCompose(bytes -> bytes == length
                ? CompletableFuture.completedFuture(null)
                : fill(destination, from + bytes, length - bytes));
    }

    /** Fails what is outstanding and closes the front-end. */
    @Override
    public void close() {
        queue.close();
        frontend.close();
    }

    private static final class Piece implements AsyncRequest<EntropyQueue> {
        private final byte[] destination;
        private final int from;
        private final int length;
        private final CompletableFuture<Integer> future = new CompletableFuture<>();
        private int bytes;
        private IOException failure;

        Piece(byte[] destination, int from, int length) {
            this.destination = destination;
            this.from = from;
            this.length = length;
        }

        @Override
        public boolean start(EntropyQueue queue, Completion completion, long context) {
            return queue.read(destination, from, length, completion, context);
        }

        @Override
        public void answered(EntropyQueue queue, int status) {
            bytes = status;
            if (status == EntropyQueue.ERROR) {
                failed(new IOException("no random bytes: the source failed"));
            }
        }

        @Override
        public void failed(IOException why) {
            failure = why;
        }

        @Override
        public void complete() {
            if (failure == null) {
                future.complete(bytes);
            } else {
                future.completeExceptionally(failure);
            }
        }
    }
}
