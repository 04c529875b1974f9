// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A front-end that breaks the rules loses its connection; its neighbour on the same driver domain notices nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class HostileFrontendTest {
    private static final long SEED = Long.getLong("ringfence.test.seed", System.nanoTime());

    private final Workspace workspace = new Workspace();
    private final Neighbour neighbour = new Neighbour(workspace.file("neighbour.sock"));
    private TestMachine machine;
    private Commands hostile;
    private DomainStatus driver;

    @BeforeAll
    void start() throws IOException {
        machine = workspace.start(
                """
                { "machine": "hostile",
                  "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1,
                      "devices": [ { "name": "vol0", "memory": "64MiB", "queues": 2 },
                                   { "name": "vol1", "memory": "64MiB", "sectorSize": 4096 },
                                   { "name": "vol2", "memory": "64MiB", "readOnly": true },
                                   { "name": "vol3", "memory": "64MiB" } ] } ],
                  "guests": [
                    { "name": "hostile",
                      "devices": [ { "as": "xvda", "disk": "disk/vol0" }, { "as": "xvdb", "disk": "disk/vol1" },
                                   { "as": "xvdc", "disk": "disk/vol2", "mode": "r" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.HostileGuest",
                                                "args": [ "HOSTILE" ] } } ] },
                    { "name": "neighbour",
                      "devices": [ { "as": "xvda", "disk": "disk/vol3" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                                "args": [ "NEIGHBOUR" ] } } ] } ] }
                """.replace("HOSTILE", workspace.file("hostile.sock").toString())
                        .replace("NEIGHBOUR", workspace.file("neighbour.sock").toString()));
        hostile = Commands.connect(workspace.file("hostile.sock"));
        workspace.closeAtEnd(hostile);
    }

    @AfterAll
    void close() {
        workspace.close();
    }

    @BeforeEach
    void noteTheDriver() {
        driver = machine.awaitStandby("disk");
    }

    @AfterEach
    void nobodyElseNoticed() throws IOException {
        DomainStatus now = machine.domain("disk");
        assertThat(now.pid()).isEqualTo(driver.pid());
        assertThat(now.standbys()).isEqualTo(driver.standbys());
        assertThat(hostile.send("check xvda")).isEqualTo("status 0");
        neighbour.awaitProgress();
    }

    @ParameterizedTest
    @EnumSource
    void anAttackThroughTheRingHarmsNobodyElse(RingAttack attack) throws IOException {
        List<MachineEvent> before = machine.events("violation");
        long logged = violationsLogged();

        String disk = attack.name().endsWith("_4K") ? "xvdb" : attack.name().endsWith("_RO") ? "xvdc" : "xvda";
        assertThat(hostile.send("ring " + attack + " " + disk)).isEqualTo(attack.expected());

        assertThat(hostile.send("check " + disk)).isEqualTo("status 0");
        List<MachineEvent> after = machine.events("violation");
        assertThat(after).hasSize(before.size() + (attack.ends() ? 1 : 0));
        assertThat(violationsLogged()).isEqualTo(logged + (attack.ends() ? 1 : 0));
        if (attack.ends()) {
            String why = attack.expected().substring("closed: ".length());
            assertThat(after.get(after.size() - 1).message()).endsWith(" " + why);
        }
    }

    private long violationsLogged() throws IOException {
        try (var lines = Files.lines(TestMachine.directory(workspace, "hostile").log("disk"))) {
            return lines.filter(line -> line.contains("broke the protocol")).count();
        }
    }

    @Test
    void randomRequestsInChangingMemoryHarmNobodyElse() throws IOException {
        System.err.println("seed=" + SEED);
        int before = Leftovers.descriptors(driver.pid());
        assertThat(hostile.send("fuzz " + SEED + " xvda")).startsWith("ended ");
        await().atMost(TestMachine.PATIENCE)
                .untilAsserted(() -> assertThat(Leftovers.descriptors(driver.pid()))
                        .as("files the driver has open")
                        .isEqualTo(before));
    }

    @ParameterizedTest
    @CsvSource({
        "ring-ref-no-number, refused: ring-ref=abc",
        "ring-ref-missing, refused: ring-ref0=-1",
        "ring-ref-not-granted, refused: ring-ref=500: bad_gntref",
        "ring-ref-negative, refused: ring-ref=-1",
        "event-channel-unknown, refused: event-channel=4711",
        "protocol-unknown, refused: protocol=arm-abi",
        "ring-too-large, refused: ring-page-order=5",
        "ring-of-scattered-pages, refused: ring pages are not in a row",
        "queues-2^32, refused: multi-queue-num-queues=4294967296",
        "queues-2^32+1, refused: multi-queue-num-queues=4294967297",
        "queues-none, refused: multi-queue-num-queues=0",
        "queue-1-missing, refused: queue-1/event-channel=-1",
        "queues-share-a-channel, refused: event-channel=1 is another queue's",
        "state-toggling, done",
        "state-nonsense, done",
        "close-and-steal-bells, done",
        "others-directory, EACCES",
        "back-end-directory, EACCES",
        "path-traversal, EINVAL",
        "oversized-value, ENOSPC",
        "watch-flood, ENOSPC",
    })
    void abuseOfTheStoreHarmsNobodyElse(String attack, String expected) throws IOException {
        assertThat(hostile.send("store " + attack + " xvda")).startsWith(expected);
    }
}
