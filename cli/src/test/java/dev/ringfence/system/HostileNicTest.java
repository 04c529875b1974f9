// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A front-end that breaks the rules loses its NIC; its neighbour on the same driver domain keeps its wire. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class HostileNicTest {
    private static final long SEED = Long.getLong("ringfence.test.seed", System.nanoTime());

    private final Workspace workspace = new Workspace();
    private TestNetwork network;
    private TestMachine machine;
    private String outside;
    private Commands hostile;
    private DomainStatus driver;

    @BeforeAll
    void start() throws Exception {
        network = TestNetwork.create(workspace);
        outside = network.host("out");
        String inside = network.host("in");
        machine = workspace.start(
                """
                { "machine": "hostile-nic",
                  "driverDomains": [ { "name": "net", "driver": "net", "standbys": 1,
                      "devices": [ { "name": "lan0", "tap": "rf0", "namespace": "OUTSIDE" },
                                   { "name": "lan1", "tap": "rf1", "namespace": "OUTSIDE" } ] } ],
                  "guests": [
                    { "name": "hostile",
                      "devices": [ { "as": "eth0", "nic": "net/lan0", "mac": "02:00:00:00:00:01",
                                     "receive": "flip" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.HostileGuest",
                                                "args": [ "HOSTILE" ] } } ] },
                    { "name": "neighbour",
                      "devices": [ { "as": "eth0", "nic": "net/lan1", "mac": "02:00:00:00:00:02" } ],
                      "programs": [ { "tap": { "device": "eth0", "namespace": "INSIDE" } } ] } ] }
                """.replace("HOSTILE", workspace.file("hostile.sock").toString())
                        .replace("OUTSIDE", outside)
                        .replace("INSIDE", inside));
        network.awaitLink(inside, "eth0");
        network.address(outside, "rf0", "10.9.1.1/24");
        network.address(outside, "rf1", "10.9.2.1/24");
        network.address(inside, "eth0", "10.9.2.2/24");
        hostile = Commands.connect(workspace.file("hostile.sock"));
        workspace.closeAtEnd(hostile);
    }

    @AfterAll
    void close() {
        workspace.close();
    }

    @BeforeEach
    void noteTheDriver() {
        driver = machine.awaitStandby("net");
    }

    @AfterEach
    void nobodyElseNoticed() throws Exception {
        assertThat(hostile.send("nic check eth0")).isEqualTo("status 0");
        pingTheNeighbour();
        DomainStatus now = machine.domain("net");
        assertThat(now.pid()).isEqualTo(driver.pid());
        assertThat(now.standbys()).isEqualTo(driver.standbys());
    }

    private void pingTheNeighbour() throws Exception {
        network.run(outside, "ping", "-q", "-c", 5, "-i", "0.01", "-W", 5, "10.9.2.2");
    }

    /** The one says nothing of what it takes, the other everything. */
    @Test
    void nobodyIsGivenWhatHeDoesNotTake() throws Exception {
        assertThat(network.run(outside, "ethtool", "-k", "rf0"))
                .contains("tcp-segmentation-offload: off", "tx-checksumming: off");
        assertThat(network.run(outside, "ethtool", "-k", "rf1"))
                .contains("tcp-segmentation-offload: on", "tx-checksumming: on");
    }

    @ParameterizedTest
    @EnumSource
    void anAttackThroughTheRingsHarmsNobodyElse(NicAttack attack) throws IOException {
        List<MachineEvent> before = machine.events("violation");
        long logged = violationsLogged();

        assertThat(hostile.send("nic attack " + attack + " eth0")).isEqualTo(attack.expected());

        List<MachineEvent> after = machine.events("violation");
        assertThat(after).hasSize(before.size() + (attack.ends() ? 1 : 0));
        assertThat(violationsLogged()).isEqualTo(logged + (attack.ends() ? 1 : 0));
        if (attack.ends()) {
            String why = attack.expected().substring("closed: ".length());
            assertThat(after.get(after.size() - 1).message()).endsWith(" " + why);
        }
    }

    /** Its NIC may receive by page flip, and does so now. */
    @ParameterizedTest
    @EnumSource
    void anAttackByPageFlipHarmsNobodyElse(FlipAttack attack) throws IOException {
        int before = machine.events("violation").size();

        assertThat(hostile.send("nic flip " + attack + " eth0")).isEqualTo(attack.expected());

        int ends = attack.expected().startsWith("closed") ? 1 : 0;
        assertThat(machine.events("violation")).hasSize(before + ends);
    }

    private long violationsLogged() throws IOException {
        try (var lines =
                Files.lines(TestMachine.directory(workspace, "hostile-nic").log("net"))) {
            return lines.filter(line -> line.contains("broke the protocol")).count();
        }
    }

    @Test
    void randomPacketsInChangingMemoryHarmNobodyElse() throws IOException {
        System.err.println("seed=" + SEED);
        int before = Leftovers.descriptors(driver.pid());
        assertThat(hostile.send("nic fuzz " + SEED + " eth0")).startsWith("ended ");
        await().atMost(TestMachine.PATIENCE)
                .untilAsserted(() -> assertThat(Leftovers.descriptors(driver.pid()))
                        .as("files the driver has open")
                        .isEqualTo(before));
    }

    /** It posts none, or as many as there are, and takes back none; its wire fills, and nobody else's. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 256})
    void aGuestThatTakesNothingHoldsUpItselfAlone(int buffers) throws Exception {
        hostile.send("nic deaf " + buffers + " eth0");
        network.run(outside, "ip", "neighbour", "replace", "10.9.1.2", "lladdr", "02:00:00:00:00:01", "dev", "rf0");
        try (Program flood = network.start(outside, "ping", "-q", "-f", "-w", 60, "10.9.1.2")) {
            for (int i = 0; i < 20; i++) {
                pingTheNeighbour();
            }
            assertThat(flood.isRunning()).isTrue();
        }
    }

    @Test
    void aGuestThatFloodsHoldsUpItselfAlone() throws Exception {
        CompletableFuture<String> flood = CompletableFuture.supplyAsync(() -> {
            try {
                return hostile.send("nic flood 2000 eth0");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        do {
            pingTheNeighbour();
        } while (!flood.isDone());
        assertThat(flood.join()).startsWith("frames ").isNotEqualTo("frames 0");
    }
}
