// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static dev.ringfence.system.PoisonDevice.POISON_OFFSET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.MachineEvent;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request that kills its driver, and every driver that replays it, fails after some deaths; everything else goes on. */
@Timeout(180)
final class PoisonTest {
    private static final String MACHINE = """
            { "machine": "poison",
              "driverDomains": [ { "name": "disk", "driver": "block", "standbys": STANDBYS,
                  "devices": [ { "name": "bad", "class": "dev.ringfence.system.PoisonDevice", "queues": 2 },
                               { "name": "vol0", "memory": "16MiB", "queues": 2 } ] } ],
              "guests": [
                { "name": "web", "devices": [ { "as": "xvda", "disk": "disk/bad", "queues": 2 } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.CommandedGuest",
                                            "args": [ "WEB", "xvda" ] } } ] },
                { "name": "neighbour", "devices": [ { "as": "xvda", "disk": "disk/vol0", "queues": 2 } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                            "args": [ "NEIGHBOUR" ] } } ] } ] }
            """;
    /** Two that raise suspicion, two that prove it. */
    private static final int DEATHS = 4;

    @AutoClose
    private final Workspace workspace = new Workspace();

    @ParameterizedTest
    @CsvSource({"0, write", "1, verify", "3, write"})
    void isAnsweredWithAnErrorAfterSomeDeaths(int standbys, String operation) throws Exception {
        TestMachine machine = workspace.start(MACHINE.replace("STANDBYS", Integer.toString(standbys))
                .replace("WEB", workspace.file("web.sock").toString())
                .replace("NEIGHBOUR", workspace.file("neighbour.sock").toString()));
        Neighbour neighbour = new Neighbour(workspace.file("neighbour.sock"));
        neighbour.awaitProgress();
        try (Commands web = Commands.connect(workspace.file("web.sock"))) {
            assertThat(web.send("write xvda 0 4096")).isEqualTo("ok");
            assertThat(web.send(operation + " xvda " + POISON_OFFSET + " 4096")).isEqualTo("error");
            assertThat(web.send("write xvda 0 4096")).isEqualTo("ok");
        }
        MachineEvent conviction = machine.awaitEvent("poison");
        assertThat(conviction.message()).isEqualTo("2/51712 bad: " + (operation.equals("verify") ? "read" : operation));
        assertThat(conviction.detail())
                .containsEntry("sector", POISON_OFFSET / 512)
                .containsEntry("attempts", (long) DEATHS);
        await().atMost(TestMachine.PATIENCE).until(() -> deaths(machine) >= DEATHS);
        machine.awaitOwner("disk");
        neighbour.awaitProgress();
        assertThat(deaths(machine)).isEqualTo(DEATHS);
        assertThat(machine.events("poison")).hasSize(1);
        assertThat(machine.events("quarantined")).isEmpty();
    }

    /** A process that finds the leases free may replay, and die of it, before its hypervisor has made it the owner. */
    private static int deaths(TestMachine machine) {
        return machine.events("died").size() + machine.events("restart-failed").size();
    }
}
