// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.ConnectionStatus;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.KillMethod;
import dev.ringfence.hypervisor.control.MachineEvent;
import dev.ringfence.hypervisor.control.UsageStatus;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A third class of devices: what it has of takeover, accounting and defence is the kit's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class EntropyTest {
    private static final int KILLS = 6;
    private static final int LIMIT = 50;

    private final Workspace workspace = new Workspace();
    private final Neighbour reader = new Neighbour(workspace.file("reader.sock"));
    private TestMachine machine;
    private Commands hostile;

    @BeforeAll
    void start() throws Exception {
        machine = workspace.start(
                """
                { "machine": "entropy",
                  "driverDomains": [ { "name": "rng", "driver": "entropy", "standbys": 1,
                      "devices": [ { "name": "urandom" }, { "name": "other", "source": "/dev/random" },
                                   { "name": "none", "source": "/dev/null" } ] } ],
                  "guests": [
                    { "name": "reader",
                      "devices": [ { "as": "rng0", "entropy": "rng/urandom" }, { "as": "rng1", "entropy": "rng/other" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.EntropyGuest",
                                                "args": [ "DIR/reader.sock" ] } } ] },
                    { "name": "limited",
                      "devices": [ { "as": "rng0", "entropy": "rng/urandom" },
                                   { "as": "rng1", "entropy": "rng/urandom", "limits": { "iops": LIMIT } } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.EntropyGuest",
                                                "args": [ "DIR/limited.sock" ] } } ] },
                    { "name": "hostile",
                      "devices": [ { "as": "rng0", "entropy": "rng/urandom" }, { "as": "rng1", "entropy": "rng/none" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.HostileGuest",
                                                "args": [ "DIR/hostile.sock" ] } } ] } ] }
                """.replace("DIR", workspace.file("").toString()).replace("LIMIT", Integer.toString(LIMIT)));
        hostile = Commands.connect(workspace.file("hostile.sock"));
        workspace.closeAtEnd(hostile);
    }

    @AfterAll
    void close() {
        workspace.close();
    }

    private UsageStatus usage(String guest, String as) {
        return machine.status().connections().stream()
                .filter(connection ->
                        connection.guest().equals(guest) && connection.as().equals(as))
                .map(ConnectionStatus::usage)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aGuestThatReadsNoticesNothingOfTheDeathsOfItsDriver() throws Exception {
        reader.awaitProgress();
        for (int kill = 0; kill < KILLS; kill++) {
            DomainStatus driver = machine.awaitStandby("rng");
            assertThat(TestMachine.kill(driver.pid())).isTrue();
            reader.awaitProgress();
            await().atMost(TestMachine.PATIENCE)
                    .until(() -> machine.domain("rng").pid() != driver.pid());
        }
        assertThat(machine.events("recovery")).hasSizeGreaterThanOrEqualTo(KILLS);
        assertThat(machine.events("quarantined")).isEmpty();
        assertThat(usage("reader", "rng0").errors()).isZero();
        assertThat(usage("reader", "rng1").errors()).isZero();
    }

    @Test
    void whatAGuestGetsIsCounted() throws Exception {
        UsageStatus before = usage("hostile", "rng0");
        for (int i = 0; i < KILLS; i++) {
            assertThat(hostile.send("ask rng0")).isEqualTo("status 64");
        }
        // The driver shows an answer before it shows that it has counted it.
        await().atMost(TestMachine.PATIENCE).untilAsserted(() -> {
            UsageStatus after = usage("hostile", "rng0");
            assertThat(after.reads()).isEqualTo(before.reads() + KILLS);
            assertThat(after.bytesRead()).isEqualTo(before.bytesRead() + KILLS * 64L);
        });
    }

    @Test
    void aLimitHoldsGuestsBack() throws Exception {
        new Neighbour(workspace.file("limited.sock")).awaitProgress();
        await().atMost(TestMachine.PATIENCE)
                .until(() -> usage("limited", "rng1").throttledNanos() > 0);
        assertThat(usage("limited", "rng0").throttledNanos()).isZero();
    }

    @Test
    void aDriverThatSpinsIsReplacedAsAnyOther() throws Exception {
        DomainStatus driver = machine.awaitStandby("rng");
        int hangs = machine.events("hang").size();
        machine.control().kill("rng", KillMethod.SPIN);
        machine.awaitEvent("hang", hangs + 1);
        await().atMost(TestMachine.PATIENCE).until(() -> machine.domain("rng").pid() != driver.pid());
        reader.awaitProgress();
    }

    @Test
    void aSourceThatHasNothingFailsARequestAndNoMore() throws Exception {
        assertThat(hostile.send("ask rng1")).isEqualTo("status -1");
        assertThat(hostile.send("ask rng0")).isEqualTo("status 64");
    }

    @ParameterizedTest
    @EnumSource
    void anAttackHarmsNobodyElse(EntropyAttack attack) throws Exception {
        DomainStatus driver = machine.awaitStandby("rng");
        List<MachineEvent> before = machine.events("violation");

        assertThat(hostile.send("entropy " + attack + " rng0")).isEqualTo(attack.expected());

        assertThat(hostile.send("ask rng0")).isEqualTo("status 64");
        assertThat(machine.events("violation")).hasSize(before.size() + (attack.ends() ? 1 : 0));
        assertThat(machine.domain("rng").pid()).isEqualTo(driver.pid());
        reader.awaitProgress();
    }
}
