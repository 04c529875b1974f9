// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;

/** A download by curl that goes on for as long as something else does, and must be whole. */
final class Download {
    private Download() {}

    /**
     * @param client the host that asks
     * @param address of the host that the server is on, as in a URL
     * @param meanwhile what happens while bytes arrive
     */
    static void during(TestNetwork network, String client, ByteServer server, String address, Runnable meanwhile)
            throws Exception {
        String url = "http://" + address + ":" + server.port() + "/";
        try (Program curl = network.start(client, "curl", "--silent", "--show-error", "--fail", url)) {
            MessageDigest received = ByteServer.sha256();
            CompletableFuture<Void> end = CompletableFuture.runAsync(() -> {
                try {
                    ByteServer.pass(curl.input(), received);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            meanwhile.run();
            server.enough();
            curl.awaitSuccess();
            end.join();
            assertThat(HexFormat.of().formatHex(received.digest())).isEqualTo(server.digest());
        }
    }
}
