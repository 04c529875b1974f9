// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.memory.Processes;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two hosts with nothing but a network driver domain between them: what people do on a wire works, and goes on while the
 * driver dies.
 */
@Timeout(180)
final class NetworkTest {
    private static final int DEATHS = 3;
    private static final long SEED = Long.getLong("ringfence.test.seed", System.nanoTime());
    private static final String ADDRESS = "02:00:00:00:00:01";
    private static final String MACHINE = """
            { "machine": "network",
              "driverDomains": [
                { "name": "net", "driver": "net", "standbys": 1,
                  "devices": [ { "name": "lan", "tap": "rf0", "namespace": "%s", "queues": 2 } ] } ],
              "guests": [ { "name": "web",
                  "devices": [ { "as": "eth0", "nic": "net/lan", "mac": "%s", "queues": %d } ],
                  "programs": [ { "tap": { "device": "eth0", "namespace": "%s" } } ] } ] }
            """;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private TestNetwork network;
    private TestMachine machine;
    private String outside;
    private String inside;

    private void start(int queues) throws Exception {
        System.err.println("seed=" + SEED);
        network = TestNetwork.create(workspace);
        outside = network.host("out");
        inside = network.host("in");
        machine = workspace.start(MACHINE.formatted(outside, ADDRESS, queues, inside));
        network.awaitLink(inside, "eth0");
        network.address(outside, "rf0", "10.9.0.1/24", "fd09::1/64");
        network.address(inside, "eth0", "10.9.0.2/24", "fd09::2/64");
    }

    @Test
    void addressesAreResolvedAndPingsAnswered() throws Exception {
        start(1);

        network.run(outside, "ping", "-c", 3, "-i", "0.01", "-W", 5, "10.9.0.2");
        network.run(inside, "ping", "-c", 3, "-i", "0.01", "-W", 5, "fd09::1");
        network.run(outside, "ping", "-c", 3, "-i", "0.01", "-W", 5, "-s", 60_000, "fd09::2");
        assertThat(network.run(outside, "ip", "neighbour"))
                .contains("10.9.0.2 dev rf0 lladdr " + ADDRESS)
                .contains("fd09::2 dev rf0 lladdr " + ADDRESS);
    }

    @Test
    void aDownloadGoesOnWhileTheDriverDies() throws Exception {
        start(1);

        try (ByteServer server = ByteServer.start(outside, SEED)) {
            download(inside, server, "10.9.0.1");
        }
    }

    /** Its guest only listens: that frames wait for it shows only where they wait. */
    @Test
    void aDriverThatStopsIsReplacedThoughItsGuestSendsNothing() throws Exception {
        start(1);
        // Else the guest asks for routers, and waits for an answer to that.
        network.run(inside, "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6");
        long owner = machine.awaitStandby("net").pid();
        Processes.signal(owner, Processes.SIGSTOP);
        // Nobody answers these.
        try (Program traffic = network.start(outside, "ping", "-q", "-b", "-i", "0.01", "-w", 60, "10.9.0.255")) {
            await().atMost(TestMachine.PATIENCE)
                    .until(() -> machine.domain("net").pid() != owner);
            assertThat(traffic.isRunning()).isTrue();
        }
        assertThat(machine.events("hang")).isNotEmpty();
    }

    @Test
    @Tag("long")
    void soItDoesInTheOtherDirectionAndWithSeveralQueues() throws Exception {
        start(2);

        try (ByteServer server = ByteServer.start(inside, SEED)) {
            download(outside, server, "[fd09::2]");
        }
    }

    private void download(String client, ByteServer server, String address) throws Exception {
        Download.during(network, client, server, address, () -> {
            for (int death = 0; death < DEATHS; death++) {
                machine.killOwner("net");
            }
        });
    }

    @Test
    void iperfRunsWhileTheDriverDies() throws Exception {
        start(2);

        try (Program server = network.start(inside, "iperf3", "--server", "--one-off")) {
            network.awaitListener(inside, 5201);
            try (Program client =
                    network.start(outside, "iperf3", "--client", "10.9.0.2", "--parallel", 4, "--time", 3, "--bidir")) {
                machine.killOwner("net");
                machine.killOwner("net");
                client.awaitSuccess();
            }
            server.awaitSuccess();
        }
    }

    @Test
    void aHostIsGivenItsAddressByDhcp() throws Exception {
        start(1);

        try (Program server = network.start(
                outside,
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--port=0",
                "--interface=rf0",
                "--leasefile-ro",
                "--no-ping",
                "--log-facility=-",
                "--dhcp-range=10.9.0.77,10.9.0.77")) {
            try (Program client = network.start(
                    inside,
                    "dhclient",
                    "-4",
                    "-1",
                    "-v",
                    "-d",
                    "--no-pid",
                    "-sf",
                    "/bin/true",
                    "-lf",
                    workspace.file("lease"),
                    "eth0")) {
                await().atMost(TestMachine.PATIENCE)
                        .untilAsserted(() ->
                                assertThat(client.errors() + server.errors()).contains("bound to 10.9.0.77"));
            }
            assertThat(server.errors()).contains("DHCPACK(rf0) 10.9.0.77 " + ADDRESS);
        }
    }
}
