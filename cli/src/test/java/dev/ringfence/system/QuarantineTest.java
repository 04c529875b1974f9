// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.ConnectionStatus;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.RestartRequest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A driver that keeps dying of itself is given up: its guests get errors at once, and nobody else notices. */
@Timeout(180)
final class QuarantineTest {
    private static final String MACHINE = """
            { "machine": "doomed",
              "driverDomains": [
                { "name": "doomed", "driver": "block", "restart": { "intensity": 2, "period": "5min", "backoff": "10ms" },
                  "devices": [ { "name": "vol0", "class": "dev.ringfence.system.PoisonDevice",
                                 "options": { "deadly": "all" } },
                               { "name": "vol1", "memory": "1MiB" } ] },
                { "name": "disk", "driver": "block", "devices": [ { "name": "vol0", "memory": "16MiB" } ] } ],
              "guests": [
                { "name": "web", "devices": [ { "as": "xvda", "disk": "doomed/vol0" } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.CommandedGuest",
                                            "args": [ "WEB", "xvda" ] } } ] },
                { "name": "bystander", "devices": [ { "as": "xvda", "disk": "doomed/vol1" } ],
                  "programs": [ { "nbd": { "device": "xvda", "listen": "unix:b.sock" } } ] },
                { "name": "neighbour", "devices": [ { "as": "xvda", "disk": "disk/vol0" } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                            "args": [ "NEIGHBOUR" ] } } ] } ] }
            """;

    @AutoClose
    private final Workspace workspace = new Workspace();

    @Test
    void aDomainThatKeepsDyingIsQuarantinedUntilItIsRestarted() throws Exception {
        TestMachine machine = workspace.start(
                MACHINE.replace("WEB", workspace.file("web.sock").toString())
                        .replace("NEIGHBOUR", workspace.file("neighbour.sock").toString()));
        Neighbour neighbour = new Neighbour(workspace.file("neighbour.sock"));
        machine.awaitStandby("doomed");
        for (int i = 0; i < 4; i++) {
            machine.killOwner("doomed");
            machine.awaitEvent("died", i + 1);
        }
        assertThat(machine.events("quarantined"))
                .as("deaths of idle drivers count for nothing")
                .isEmpty();
        machine.awaitStandby("doomed");

        try (Commands web = Commands.connect(workspace.file("web.sock"))) {
            assertThat(web.send("write xvda 0 4096")).isEqualTo("error");
            assertThat(web.send("write xvda 0 4096")).as("the next one").isEqualTo("error");
        }
        assertThat(machine.awaitEvent("quarantined").message())
                .startsWith("died 3 times within 5min without answering a request");
        assertThat(machine.domain("doomed").state()).isEqualTo("quarantined");
        assertThat(machine.domain("doomed").reason()).startsWith("died 3 times");
        assertThat(machine.domain("doomed").pid()).isZero();
        await().atMost(TestMachine.PATIENCE)
                .untilAsserted(() -> assertThat(machine.control().status().connections())
                        .filteredOn(connection -> connection.backend().startsWith("doomed/"))
                        .extracting(ConnectionStatus::state)
                        .containsOnly("Closed"));
        // The last one may die before it is in office.
        assertThat(machine.events("died").size()
                        + machine.events("restart-failed").size())
                .isEqualTo(7);
        neighbour.awaitProgress();

        machine.control().detach("web", "xvda");
        assertThatThrownBy(() -> machine.control().attach("web", "xvda"))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("doomed is quarantined");

        machine.control().restart("doomed", RestartRequest.PLAIN);
        machine.awaitStandby("doomed");
        assertThat(machine.domain("doomed").reason()).isEmpty();
        await().atMost(TestMachine.PATIENCE)
                .untilAsserted(() -> assertThat(machine.control().status().connections())
                        .filteredOn(connection -> connection.guest().equals("bystander"))
                        .extracting(ConnectionStatus::state)
                        .containsExactly("Connected"));
        machine.control().attach("web", "xvda");
        if (Program.isInstalled("nbdcopy")) {
            Program.run(workspace.file(""), "nbdcopy", workspace.nbd("b.sock"), workspace.file("back.img"));
        }
        neighbour.awaitProgress();
    }
}
