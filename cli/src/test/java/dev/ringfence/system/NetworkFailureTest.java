// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an administrator can do to a wire while a guest uses it; the guest beside it keeps its own. */
@Timeout(90)
final class NetworkFailureTest {
    /** In a row; a thread that spins uses some processor time between almost any two. */
    private static final int IDLE_LOOKS = 100;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private TestNetwork network;
    private TestMachine machine;
    private String outside;
    private String inside;
    private String beside;
    private long driver;

    @BeforeEach
    void start() throws Exception {
        network = TestNetwork.create(workspace);
        outside = network.host("out");
        inside = network.host("in");
        beside = network.host("beside");
        machine =
                workspace.start(
                        """
                { "machine": "wires",
                  "driverDomains": [ { "name": "net", "driver": "net", "standbys": 1,
                      "devices": [ { "name": "lan0", "tap": "rf0", "namespace": "OUTSIDE" },
                                   { "name": "lan1", "tap": "rf1", "namespace": "OUTSIDE" },
                                   { "name": "lan2", "tap": "rf2", "namespace": "OUTSIDE", "queues": 2 } ] } ],
                  "guests": [
                    { "name": "web", "devices": [ { "as": "eth0", "nic": "net/lan0", "mac": "02:00:00:00:00:01" } ],
                      "programs": [ { "tap": { "device": "eth0", "namespace": "INSIDE" } } ] },
                    { "name": "mail", "devices": [ { "as": "eth0", "nic": "net/lan1", "mac": "02:00:00:00:00:02" } ],
                      "programs": [ { "tap": { "device": "eth0", "namespace": "BESIDE" } } ] },
                    { "name": "hostile",
                      "devices": [ { "as": "eth0", "nic": "net/lan2", "mac": "02:00:00:00:00:03" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.HostileGuest",
                                                "args": [ "SOCKET" ] } } ] } ] }
                """.replace("OUTSIDE", outside).replace("INSIDE", inside).replace("BESIDE", beside).replace(
                                "SOCKET", workspace.file("hostile.sock").toString()));
        network.awaitLink(inside, "eth0");
        network.awaitLink(beside, "eth0");
        network.address(outside, "rf0", "10.9.1.1/24");
        network.address(outside, "rf1", "10.9.2.1/24");
        network.address(inside, "eth0", "10.9.1.2/24");
        network.address(beside, "eth0", "10.9.2.2/24");
        driver = machine.awaitStandby("net").pid();
    }

    private void ping(String from, String to, Object... options) throws Exception {
        network.run(
                from,
                "ping",
                Stream.concat(
                                Stream.of("-c", 3, "-i", "0.01", "-W", 5),
                                Stream.concat(Stream.of(options), Stream.of(to)))
                        .toArray());
    }

    @Test
    void aWireThatIsDeletedEndsNothingElse() throws Exception {
        try (Program traffic = network.start(inside, "ping", "-q", "-f", "-w", 60, "10.9.1.1")) {
            ping(outside, "10.9.1.2");
            network.run(outside, "ip", "link", "delete", "rf0");
            await().atMost(TestMachine.PATIENCE).until(() -> logged("net", "its wire is gone") == 1);
            assertThat(traffic.isRunning()).isTrue();
            ping(outside, "10.9.2.2");
        }
        awaitIdleThreads(driver, "queue ");
        ping(outside, "10.9.2.2");
        assertThat(machine.domain("net").pid()).isEqualTo(driver);
        assertThat(logged("net", "its wire is gone")).isOne();
        assertThat(machine.events("hang")).isEmpty();
        assertThat(machine.events("takeover")).isEmpty();
        assertThat(machine.events("violation")).isEmpty();
    }

    /** Of several queues some are to be attached, and there is nothing any more that they could be attached to. */
    @Test
    void aGuestMayConnectToAWireThatIsDeleted() throws Exception {
        try (Commands guest = Commands.connect(workspace.file("hostile.sock"))) {
            assertThat(guest.send("nic check eth0")).isEqualTo("status 0");
            network.run(outside, "ip", "link", "delete", "rf2");
            assertThat(guest.send("nic check eth0")).isEqualTo("status -2");
            assertThat(guest.send("nic reconnect eth0")).isEqualTo("connected");
            assertThat(guest.send("nic check eth0")).isEqualTo("status -2");
        }
        ping(outside, "10.9.2.2");
        assertThat(machine.domain("net").pid()).isEqualTo(driver);
    }

    /** The successor finds the wire gone too, and lives. */
    @Test
    void aDriverOfADeletedWireIsTakenOver() throws Exception {
        network.run(outside, "ip", "link", "delete", "rf0");
        TestMachine.kill(driver);

        machine.awaitEvent("takeover");
        await().atMost(TestMachine.PATIENCE).until(() -> machine.domain("net").pid() != driver);
        long successor = machine.awaitStandby("net").pid();
        ping(outside, "10.9.2.2");
        awaitIdleThreads(successor, "queue ");
        assertThat(machine.domain("net").pid()).isEqualTo(successor);
    }

    @Test
    @Tag("long")
    void aGuestsInterfaceThatIsDeletedEndsNothingElse() throws Exception {
        ping(outside, "10.9.1.2");
        network.run(inside, "ip", "link", "delete", "eth0");

        await().atMost(TestMachine.PATIENCE).until(() -> logged("web", "its TAP device is gone") == 1);
        awaitIdleThreads(machine.domain("web").pid(), "eth0-");
        ping(outside, "10.9.2.2");
        assertThat(machine.domain("net").pid()).isEqualTo(driver);
    }

    @Test
    void framesMayBecomeLargerThanTheGuestsOwn() throws Exception {
        network.run(outside, "ip", "link", "set", "rf0", "mtu", "9000");
        ping(outside, "10.9.1.2", "-M", "do", "-s", 8_900);
        network.run(outside, "ip", "link", "set", "rf0", "mtu", "65521");
        ping(outside, "10.9.1.2", "-M", "do", "-s", 60_000);
        network.run(outside, "ip", "link", "set", "rf0", "mtu", "576");
        ping(outside, "10.9.1.2", "-s", 5_000);
        ping(outside, "10.9.2.2");
        assertThat(machine.domain("net").pid()).isEqualTo(driver);
        assertThat(machine.events("violation")).isEmpty();
    }

    @Test
    void aWireMayGoDownAndUp() throws Exception {
        for (int i = 0; i < 3; i++) {
            network.run(outside, "ip", "link", "set", "rf0", "down");
            ping(outside, "10.9.2.2");
            network.run(outside, "ip", "link", "set", "rf0", "up");
            ping(outside, "10.9.1.2");
        }
        assertThat(logged("net", "its wire is gone")).isZero();
    }

    private long logged(String domain, String text) throws IOException {
        try (Stream<String> lines =
                Files.lines(TestMachine.directory(workspace, "wires").log(domain))) {
            return lines.filter(line -> line.contains(text)).count();
        }
    }

    /** Waits until none of a process's threads of that name uses any processor time for a while. */
    private static void awaitIdleThreads(long pid, String name) throws IOException {
        List<Path> threads = threads(pid, name);
        assertThat(threads).isNotEmpty();
        int[] looks = {0};
        String[] last = {""};
        await().atMost(TestMachine.PATIENCE).until(() -> {
            String now = processorTimes(threads);
            looks[0] = now.equals(last[0]) ? looks[0] + 1 : 0;
            last[0] = now;
            return looks[0] >= IDLE_LOOKS;
        });
    }

    private static List<Path> threads(long pid, String name) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return tasks.filter(task -> comm(task).startsWith(name)).toList();
        }
    }

    private static String comm(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException e) {
            return "";
        }
    }

    /** Ticks in user and kernel mode, of each. */
    private static String processorTimes(List<Path> threads) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path thread : threads) {
            try {
                String stat = Files.readString(thread.resolve("stat"));
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                all.append(fields[11]).append(' ').append(fields[12]).append(' ');
            } catch (NoSuchFileException e) {
                all.append("gone ");
            }
        }
        return all.toString();
    }
}
