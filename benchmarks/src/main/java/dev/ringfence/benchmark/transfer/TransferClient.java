// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

import dev.ringfence.benchmark.NetworkHosts;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** The application: downloads, hashes, and notes when bytes came. On a thread of its own. */
final class TransferClient {
    private static final int BUFFER_BYTES = 256 << 10;

    private final InputStream in;
    private final Arrivals arrivals = new Arrivals();
    private final CompletableFuture<String> received = new CompletableFuture<>();

    private TransferClient(InputStream in) {
        this.in = in;
    }

    static TransferClient start(String host, String url) throws Exception {
        InputStream in = NetworkHosts.in(host, () -> connect(url));
        TransferClient client = new TransferClient(in);
        Thread thread = new Thread(client::run, "transfer-client");
        thread.setDaemon(true);
        thread.start();
        return client;
    }

    private static InputStream connect(String url) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        return connection.getInputStream();
    }

    Arrivals arrivals() {
        return arrivals;
    }

    /** SHA-256 of all that came, once it has ended; exceptionally when the connection broke. */
    CompletableFuture<String> received() {
        return received;
    }

    private void run() {
        byte[] buffer = new byte[BUFFER_BYTES];
        Digest digest = new Digest();
        try (in) {
            arrivals.begin(System.nanoTime());
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                arrivals.arrived(count, System.nanoTime());
                digest.add(buffer, count);
            }
            received.complete(digest.hex());
        } catch (IOException e) {
            received.completeExceptionally(e);
        }
    }
}
