// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A guest's switch, joined with another host's by a tunnel whose other end is the kernel's own {@code vxlan} device. */
@Timeout(180)
final class TunnelTest {
    private static final int DEATHS = 1;
    private static final long SEED = Long.getLong("ringfence.test.seed", System.nanoTime());
    private static final String MACHINE = """
            { "machine": "tunnel",
              "driverDomains": [ { "name": "net", "driver": "net", "standbys": 1, "devices": [
                  { "name": "lan", "switch": { "uplink": { "tunnel":
                      { "peer": "10.1.0.2", "network": 42, "namespace": "%s" } } } } ] } ],
              "guests": [ { "name": "web",
                  "devices": [ { "as": "eth0", "nic": "net/lan" } ],
                  "programs": [ { "tap": { "device": "eth0", "namespace": "%s" } } ] } ] }
            """;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private TestMachine machine;

    @Test
    void aLinuxHostIsAtTheOtherEnd() throws Exception {
        System.err.println("seed=" + SEED);
        TestNetwork network = TestNetwork.create(workspace);
        String here = network.host("here");
        String there = network.host("there");
        String guest = network.host("guest");
        network.run(here, "ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1", "netns", there);
        network.run(here, "ip", "link", "set", "v0", "up");
        network.run(there, "ip", "link", "set", "v1", "up");
        network.address(here, "v0", "10.1.0.1/24");
        network.address(there, "v1", "10.1.0.2/24");
        network.run(
                there,
                "ip",
                "link",
                "add",
                "vx0",
                "type",
                "vxlan",
                "id",
                42,
                "local",
                "10.1.0.2",
                "remote",
                "10.1.0.1",
                "dstport",
                4789);
        network.run(there, "ip", "link", "set", "vx0", "up");
        // A veth is no wire: the kernel would leave inner checksums blank for a card that never comes.
        network.run(there, "ethtool", "-K", "vx0", "tx", "off");
        network.address(there, "vx0", "10.9.0.1/24", "fd09::1/64");
        machine = workspace.start(MACHINE.formatted(here, guest));
        network.awaitLink(guest, "eth0");
        network.address(guest, "eth0", "10.9.0.2/24", "fd09::2/64");

        network.run(guest, "ping", "-c", 3, "-i", "0.01", "-W", 5, "10.9.0.1");
        network.run(there, "ping", "-c", 3, "-i", "0.01", "-W", 5, "fd09::2");
        try (ByteServer server = ByteServer.start(there, SEED)) {
            Download.during(network, guest, server, "10.9.0.1", this::killDriver);
        }
        try (ByteServer server = ByteServer.start(guest, SEED)) {
            Download.during(network, there, server, "[fd09::2]", this::killDriver);
        }
    }

    private void killDriver() {
        for (int death = 0; death < DEATHS; death++) {
            machine.killOwner("net");
        }
    }
}
