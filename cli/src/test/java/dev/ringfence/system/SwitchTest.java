// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.ConnectionStatus;
import dev.ringfence.hypervisor.control.MachineOptions.Inheritance;
import dev.ringfence.hypervisor.control.UsageStatus;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts that share a switch: they reach each other while its driver dies, and none can take another's place. */
@Timeout(180)
final class SwitchTest {
    private static final int DEATHS = 2;
    private static final long SEED = Long.getLong("ringfence.test.seed", System.nanoTime());
    private static final String WEB = "02:00:00:00:00:01";
    private static final String DB = "02:00:00:00:00:02";
    private static final String MACHINE = """
            { "machine": "switch",
              "driverDomains": [
                { "name": "net", "driver": "net", "standbys": 1,
                  "devices": [ { "name": "lan", "switch": { %s }, "queues": 2 } ] } ],
              "guests": [
                { "name": "web",
                  "devices": [ { "as": "eth0", "nic": "net/lan", "mac": "%s", "queues": 2 %s } ],
                  "programs": [ { "tap": { "device": "eth0", "namespace": "%s" } } ] },
                { "name": "db",
                  "devices": [ { "as": "eth0", "nic": "net/lan", "mac": "%s", "queues": 1 } ],
                  "programs": [ { "tap": { "device": "eth0", "namespace": "%s" } } ] } ] }
            """;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private TestNetwork network;
    private TestMachine machine;
    private String web;
    private String db;

    /** @param rule of the first guest's NIC */
    private void start(String lan, String rule) throws Exception {
        System.err.println("seed=" + SEED);
        network = TestNetwork.create(workspace);
        web = network.host("web");
        db = network.host("db");
        machine = workspace.start(MACHINE.formatted(lan, WEB, rule, web, DB, db));
        giveAddresses();
    }

    private void giveAddresses() throws Exception {
        network.awaitLink(web, "eth0");
        network.awaitLink(db, "eth0");
        network.address(web, "eth0", "10.9.0.1/24", "fd09::1/64");
        network.address(db, "eth0", "10.9.0.2/24", "fd09::2/64");
    }

    private void ping(String from, String to) throws Exception {
        network.run(from, "ping", "-c", 3, "-i", "0.01", "-W", 5, to);
    }

    private void killDriverRepeatedly() {
        for (int death = 0; death < DEATHS; death++) {
            machine.killOwner("net");
        }
    }

    @Test
    void guestsReachEachOther() throws Exception {
        start("", "");

        ping(web, "10.9.0.2");
        ping(db, "fd09::1");
        network.run(web, "ping", "-c", 3, "-i", "0.01", "-W", 5, "-s", 60_000, "fd09::2");
        assertThat(network.run(web, "ip", "neighbour"))
                .contains("10.9.0.2 dev eth0 lladdr " + DB)
                .contains("fd09::2 dev eth0 lladdr " + DB);
    }

    @Test
    void aDownloadBetweenGuestsGoesOnWhileTheDriverDies() throws Exception {
        start("", "");

        try (ByteServer server = ByteServer.start(web, SEED)) {
            Download.during(network, db, server, "10.9.0.1", this::killDriverRepeatedly);
        }
    }

    @Tag("long")
    @Test
    void aGuestMayGoAndComeBack() throws Exception {
        start("", "");
        ping(web, "10.9.0.2");

        machine.control().detach("db", "eth0");
        try (Program ping = network.start(web, "ping", "-c", 2, "-i", "0.2", "-W", 1, "10.9.0.2")) {
            assertThat(ping.awaitEnd()).as("ping of one who is gone").isNotZero();
        }
        machine.control().attach("db", "eth0");
        network.awaitLink(db, "eth0");
        network.address(db, "eth0", "10.9.0.2/24");
        ping(web, "10.9.0.2");
        machine.killOwner("net");
        ping(db, "10.9.0.1");
    }

    @Tag("long")
    @Test
    void itOutlivesTheHypervisor() throws Exception {
        network = TestNetwork.create(workspace);
        web = network.host("web");
        db = network.host("db");
        Path file = workspace.write(MACHINE.formatted("", WEB, "", web, DB, db));
        HypervisorProcess hypervisor = HypervisorProcess.start(workspace, file, "switch");
        giveAddresses();
        long driver = hypervisor.domain("net").pid();
        hypervisor.kill();
        ping(web, "10.9.0.2");
        TestMachine.kill(driver);
        ping(web, "10.9.0.2");

        machine = TestMachine.start(workspace, file, Inheritance.REQUIRED);
        workspace.closeAtEnd(machine);
        machine.killOwner("net");
        ping(db, "10.9.0.1");
    }

    @Test
    @Tag("long")
    void soItDoesFromOutside() throws Exception {
        network = TestNetwork.create(workspace);
        String outside = network.host("out");
        start("\"uplink\": { \"tap\": \"rf0\", \"namespace\": \"%s\" }".formatted(outside), "");
        network.address(outside, "rf0", "10.9.0.3/24", "fd09::3/64");

        ping(outside, "10.9.0.1");
        ping(outside, "fd09::2");
        ping(web, "10.9.0.2");
        ping(db, "10.9.0.3");
        try (ByteServer server = ByteServer.start(outside, SEED)) {
            Download.during(network, web, server, "[fd09::3]", this::killDriverRepeatedly);
        }
        try (ByteServer server = ByteServer.start(db, SEED)) {
            Download.during(network, outside, server, "10.9.0.2", () -> machine.killOwner("net"));
        }
    }

    @Test
    void nobodySendsFromAnAddressThatIsNotItsOwn() throws Exception {
        start("", "");
        ping(web, "10.9.0.2");
        long errors = usage("web").errors();

        network.run(web, "ip", "link", "set", "eth0", "address", "02:00:00:00:00:99");
        network.run(web, "ip", "address", "replace", "10.9.0.1/24", "dev", "eth0");
        network.run(db, "ip", "neighbour", "flush", "dev", "eth0");
        String heard = frames(db);
        try (Program ping = network.start(web, "ping", "-c", 3, "-i", "0.2", "-W", 1, "10.9.0.2")) {
            assertThat(ping.awaitEnd()).as("ping of one who lies").isNotZero();
        }
        assertThat(frames(db)).as("what the other guest heard of it").isEqualTo(heard);
        await().atMost(TestMachine.PATIENCE).until(() -> usage("web").errors() > errors);

        network.run(web, "ip", "link", "set", "eth0", "address", WEB);
        ping(web, "10.9.0.2");
    }

    /** Received by a host. */
    private String frames(String host) throws Exception {
        return network.run(host, "cat", "/sys/class/net/eth0/statistics/rx_packets");
    }

    private UsageStatus usage(String guest) {
        return machine.control().status().connections().stream()
                .filter(connection -> connection.guest().equals(guest))
                .map(ConnectionStatus::usage)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoIsLockedToAddressesUsesNoOther() throws Exception {
        start("", ", \"addresses\": [ \"10.9.0.1\", \"fd09::1\" ]");
        ping(web, "10.9.0.2");
        ping(db, "fd09::1");

        network.address(web, "eth0", "10.9.0.7/24");
        try (Program ping = network.start(web, "ping", "-c", 2, "-i", "0.2", "-W", 1, "-I", "10.9.0.7", "10.9.0.2")) {
            assertThat(ping.awaitEnd()).as("ping from another address").isNotZero();
        }
        ping(web, "10.9.0.2");
    }

    @Tag("long")
    @Test
    void whoMaySpoofDoes() throws Exception {
        start("", ", \"spoof\": true");
        network.run(web, "ip", "link", "set", "eth0", "address", "02:00:00:00:00:99");
        ping(web, "10.9.0.2");
        assertThat(network.run(db, "ip", "neighbour")).contains("10.9.0.1 dev eth0 lladdr 02:00:00:00:00:99");
    }

    @Test
    void aStormIsHeldBack() throws Exception {
        int rate = 20;
        int sent = 5000;
        start("\"broadcasts\": " + rate, "");
        ping(web, "10.9.0.2");

        try (DatagramSocket receiver = TestNetwork.in(db, () -> new DatagramSocket(9999));
                DatagramSocket sender = TestNetwork.in(web, DatagramSocket::new)) {
            receiver.setSoTimeout(200);
            InetAddress all = InetAddress.getByName("10.9.0.255");
            long since = System.nanoTime();
            for (int n = 0; n < sent; n++) {
                sender.send(new DatagramPacket(new byte[1], 1, all, 9999));
            }
            int received = 0;
            while (heard(receiver)) {
                received++;
            }
            // What a pause had earned, then what the time since allows.
            long allowed = 16 + rate + (System.nanoTime() - since) * rate / 1_000_000_000;
            assertThat(received).isPositive().isLessThanOrEqualTo((int) allowed);
            assertThat(received).as("else this shows nothing").isLessThan(sent / 2);
            ping(web, "10.9.0.2");
        }
    }

    private static boolean heard(DatagramSocket socket) throws IOException {
        try {
            socket.receive(new DatagramPacket(new byte[1], 1));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }
}
