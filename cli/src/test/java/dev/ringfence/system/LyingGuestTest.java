// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineEvent;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A guest that says or shows what isn't so about its driver gets nobody's driver killed, however strict the budgets are. */
@Timeout(90)
final class LyingGuestTest {
    @AutoClose
    private final Workspace workspace = new Workspace();

    private final Neighbour neighbour = new Neighbour(workspace.file("neighbour.sock"));
    private TestMachine machine;
    private Commands liar;
    private DomainStatus driver;

    @BeforeEach
    void start() throws IOException {
        machine =
                workspace.start("""
                { "machine": "lying",
                  "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1,
                      "limits": { "blocked": "100ms", "violations": 1 },
                      "devices": [ { "name": "vol0", "memory": "64MiB" }, { "name": "vol1", "memory": "64MiB" } ] } ],
                  "guests": [
                    { "name": "hostile", "devices": [ { "as": "xvda", "disk": "disk/vol0" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.HostileGuest",
                                                "args": [ "LIAR" ] } } ] },
                    { "name": "neighbour", "devices": [ { "as": "xvda", "disk": "disk/vol1" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                                "args": [ "NEIGHBOUR" ] } } ] } ] }
                """.replace("LIAR", workspace.file("liar.sock").toString())
                        .replace("NEIGHBOUR", workspace.file("neighbour.sock").toString()));
        liar = Commands.connect(workspace.file("liar.sock"));
        workspace.closeAtEnd(liar);
        driver = machine.awaitStandby("disk");
    }

    @AfterEach
    void nobodyElseNoticed() throws IOException {
        neighbour.awaitProgress();
        assertThat(machine.domain("disk").pid()).isEqualTo(driver.pid());
        assertThat(machine.events("hang")).isEmpty();
        assertThat(machine.events("driver-violation")).isEmpty();
    }

    @Test
    void aFalseAccusationIsHeldAgainstTheJournal() throws IOException {
        assertThat(liar.send("accuse xvda")).isEqualTo("status 0");

        MachineEvent reported = machine.awaitEvent("driver-reported");
        assertThat(reported.message()).endsWith("made up");
        assertThat(reported.detail().get("verdict")).isIn("open", "refuted");
        assertThat(machine.events("driver-reported")).as("of a hundred").hasSizeLessThan(5);
    }

    @Test
    void aDriverThatItsGuestMakesDeafIsNotKilledForIt() throws IOException {
        assertThat(liar.send("deafen 2000 xvda")).startsWith("status 0 after ");
    }
}
