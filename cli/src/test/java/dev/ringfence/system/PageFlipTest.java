// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.store.SocketStoreTransport;
import dev.ringfence.store.StoreClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Hosts whose NICs get frames in pages that the driver hands over; of one of them it would die if it touched a page that it no longer
 * has. Nothing of a download is lost while drivers die.
 */
@Timeout(90)
final class PageFlipTest {
    private static final int DEATHS = 2;
    private static final long SEED = Long.getLong("ringfence.test.seed", System.nanoTime());
    private static final long BYTES = 32L << 20;
    /** Limited, so that a standby has a processor to get ready on. */
    private static final String MACHINE = """
            { "machine": "flip",
              "driverDomains": [
                { "name": "net", "driver": "net", "standbys": 1,
                  "devices": [ { "name": "lan1", "tap": "rf1", "namespace": "OUTSIDE" },
                               { "name": "lan2", "tap": "rf2", "namespace": "OUTSIDE", "queues": 2 } ] } ],
              "guests": [
                { "name": "web",
                  "devices": [ { "as": "eth0", "nic": "net/lan1", "receive": "flip",
                                 "limits": { "bandwidth": "100MiB" } } ],
                  "programs": [ { "tap": { "device": "eth0", "namespace": "WEB" } } ] },
                { "name": "mail",
                  "devices": [ { "as": "eth0", "nic": "net/lan2", "queues": 2, "receive": "flip-guarded",
                                 "limits": { "bandwidth": "100MiB" } } ],
                  "programs": [ { "tap": { "device": "eth0", "namespace": "MAIL" } } ] } ] }
            """;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private TestMachine machine;

    @Test
    void downloadsGoOnWhileTheDriverDies() throws Exception {
        System.err.println("seed=" + SEED);
        TestNetwork network = TestNetwork.create(workspace);
        String outside = network.host("out");
        String web = network.host("web");
        String mail = network.host("mail");
        machine = workspace.start(
                MACHINE.replace("OUTSIDE", outside).replace("WEB", web).replace("MAIL", mail));
        connect(network, outside, web, 1);
        connect(network, outside, mail, 2);

        try (ByteServer first = ByteServer.start(outside, SEED);
                ByteServer second = ByteServer.start(outside, SEED + 1)) {
            Download.during(network, web, first, "10.9.1.1", () -> {
                try {
                    Download.during(network, mail, second, "10.9.2.1", this::killDrivers);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        await().atMost(TestMachine.PATIENCE)
                .until(() -> machine.events("recovery").size() == DEATHS);
        assertThat(machine.events("violation")).isEmpty();
        assertThat(key("2/device/vif/0/request-rx-copy")).isEqualTo("0");
        assertThat(key("3/device/vif/0/request-rx-copy")).isEqualTo("0");
    }

    private static void connect(TestNetwork network, String outside, String inside, int net) throws Exception {
        network.awaitLink(inside, "eth0");
        network.address(outside, "rf" + net, "10.9." + net + ".1/24");
        network.address(inside, "eth0", "10.9." + net + ".2/24");
    }

    private void killDrivers() {
        for (int death = 0; death < DEATHS; death++) {
            machine.killOwner("net");
        }
        await().atMost(TestMachine.PATIENCE)
                .until(() -> machine.status().connections().stream()
                        .allMatch(connection -> connection.usage().bytesRead() > BYTES));
    }

    private String key(String path) throws Exception {
        try (StoreClient store = new StoreClient(SocketStoreTransport.connect(
                TestMachine.directory(workspace, "flip").storeSocket()))) {
            return store.read("/local/domain/" + path).orElse("");
        }
    }
}
