// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ringfence.benchmark.NetworkHosts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Gives bytes over HTTP that no two chunks of are alike, until it is told that they are enough. */
final class TransferServer implements AutoCloseable {
    private static final int CHUNK_BYTES = 256 << 10;

    private final HttpServer server;
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private final Digest digest = new Digest();
    private final CompletableFuture<String> given = new CompletableFuture<>();
    private volatile boolean enough;

    private TransferServer(HttpServer server, long seed) {
        this.server = server;
        new Random(seed).nextBytes(chunk);
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    static TransferServer start(String host, String address, long seed) throws Exception {
        InetSocketAddress any = new InetSocketAddress(address, 0);
        return new TransferServer(NetworkHosts.in(host, () -> HttpServer.create(any, 0)), seed);
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** The answer ends where it is. */
    void enough() {
        enough = true;
    }

    /** SHA-256 of all that was given, once it has ended. */
    CompletableFuture<String> given() {
        return given;
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                for (long number = 0; !enough; number++) {
                    ByteBuffer.wrap(chunk).putLong(number);
                    digest.add(chunk, chunk.length);
                    out.write(chunk);
                }
            }
            given.complete(digest.hex());
        } catch (IOException e) {
            given.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        enough = true;
        server.stop(0);
        executor.shutdownNow();
    }
}
