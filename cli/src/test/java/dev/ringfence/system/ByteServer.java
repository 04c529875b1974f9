// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on a host: gives random bytes until it is told that they are enough, or takes what it is sent. */
final class ByteServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Random random;
    private final CompletableFuture<String> digest = new CompletableFuture<>();
    private volatile boolean enough;

    private ByteServer(HttpServer server, long seed) {
        this.server = server;
        this.random = new Random(seed);
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    /** On a free port of all addresses of the host. */
    static ByteServer start(String host, long seed) throws Exception {
        InetSocketAddress any = new InetSocketAddress("::", 0);
        return new ByteServer(TestNetwork.in(host, () -> HttpServer.create(any, 0)), seed);
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** No more bytes are given: the answer ends where it is. */
    void enough() {
        enough = true;
    }

    /** Of what was given or taken, once that has ended: SHA-256, in hexadecimal digits. */
    String digest() {
        return digest.join();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            MessageDigest sha256 = sha256();
            if (exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(200, 0);
                give(exchange.getResponseBody(), sha256);
            } else {
                pass(exchange.getRequestBody(), sha256);
                exchange.sendResponseHeaders(204, -1);
            }
            digest.complete(HexFormat.of().formatHex(sha256.digest()));
        } catch (IOException | RuntimeException e) {
            digest.completeExceptionally(e);
            throw e;
        }
    }

    private void give(OutputStream out, MessageDigest sha256) throws IOException {
        byte[] chunk = new byte[1 << 16];
        while (!enough) {
            random.nextBytes(chunk);
            sha256.update(chunk);
            out.write(chunk);
        }
        out.close();
    }

    /** Reads it to its end. */
    static void pass(InputStream in, MessageDigest sha256) throws IOException {
        byte[] chunk = new byte[1 << 16];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            sha256.update(chunk, 0, count);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        enough = true;
        server.stop(0);
        executor.shutdownNow();
    }
}
