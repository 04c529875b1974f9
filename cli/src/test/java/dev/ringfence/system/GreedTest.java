// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineEvent;
import dev.ringfence.system.GreedyDevice.Greed;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A driver that takes more than it may is replaced, and whoever else it served sees no error. */
@Timeout(90)
final class GreedTest {
    @AutoClose
    private final Workspace workspace = new Workspace();

    private final Neighbour neighbour = new Neighbour(workspace.file("neighbour.sock"));
    private TestMachine machine;
    private DomainStatus driver;
    private Commands guest;

    private void start() throws Exception {
        machine = workspace.start(
                """
                { "machine": "greed",
                  "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1,
                      "devices": [ { "name": "greedy", "class": "dev.ringfence.system.GreedyDevice" },
                                   { "name": "vol0", "memory": "64MiB" } ] } ],
                  "guests": [
                    { "name": "guest", "devices": [ { "as": "xvda", "disk": "disk/greedy" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.CommandedGuest",
                                                "args": [ "GUEST", "xvda" ] } } ] },
                    { "name": "neighbour", "devices": [ { "as": "xvda", "disk": "disk/vol0" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                                "args": [ "NEIGHBOUR" ] } } ] } ] }
                """.replace("GUEST", workspace.file("guest.sock").toString())
                        .replace("NEIGHBOUR", workspace.file("neighbour.sock").toString()));
        driver = machine.awaitStandby("disk");
        guest = Commands.connect(workspace.file("guest.sock"));
        workspace.closeAtEnd(guest);
    }

    @ParameterizedTest
    @CsvSource({"MEMORY, of memory", "SHARED_MEMORY, of memory", "FILES, files", "THREADS, threads"})
    void greedEndsInATakeover(Greed what, String message) throws Exception {
        start();
        assertThat(ask(what)).isEqualTo("ok");

        MachineEvent greed = machine.awaitEvent("greed");
        machine.awaitEvent("takeover");
        neighbour.awaitProgress();
        await().atMost(TestMachine.PATIENCE)
                .until(() -> machine.domain("disk").pid() == driver.standbys().get(0));
        assertThat(greed.message()).contains(message);
        assertThat(ask(Greed.NONE)).isEqualTo("ok");
        assertThat(machine.events("hang")).isEmpty();
    }

    /** With nobody else to serve, so that all it should use is next to nothing, however busy the host is. */
    @Test
    @Tag("long")
    void aThreadThatBurnsAProcessorEndsInATakeover() throws Exception {
        machine = workspace.start(
                """
                { "machine": "greed",
                  "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1, "limits": { "cpu": "10%" },
                      "devices": [ { "name": "greedy", "class": "dev.ringfence.system.GreedyDevice" } ] } ],
                  "guests": [
                    { "name": "guest", "devices": [ { "as": "xvda", "disk": "disk/greedy" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.CommandedGuest",
                                                "args": [ "GUEST", "xvda" ] } } ] } ] }
                """.replace("GUEST", workspace.file("guest.sock").toString()));
        driver = machine.awaitStandby("disk");
        guest = Commands.connect(workspace.file("guest.sock"));
        workspace.closeAtEnd(guest);
        assertThat(ask(Greed.PROCESSOR)).isEqualTo("ok");

        MachineEvent greed = machine.awaitEvent("greed");
        machine.awaitEvent("takeover");

        assertThat(greed.message()).contains("of a processor");
        assertThat(ask(Greed.NONE)).isEqualTo("ok");
    }

    @Test
    void whatItNeedsItMayHave() throws Exception {
        start();
        for (int i = 0; i < 20; i++) {
            assertThat(ask(Greed.NONE)).isEqualTo("ok");
            neighbour.awaitProgress();
        }

        assertThat(machine.domain("disk").pid()).isEqualTo(driver.pid());
        assertThat(machine.events("greed")).isEmpty();
    }

    private String ask(Greed what) throws Exception {
        return guest.send("write xvda " + (long) what.ordinal() * GreedyDevice.SECTOR_BYTES + " 512");
    }
}
