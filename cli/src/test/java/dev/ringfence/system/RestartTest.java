// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.RestartRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replacing a driver by order, under load: its guests see no error. */
@Timeout(180)
final class RestartTest {
    private static final String MACHINE = """
            { "machine": "restart",
              "driverDomains": [ { "name": "disk", "driver": "block", "standbys": STANDBYS,
                  "devices": [ { "name": "vol0", "image": "vol0.img", "size": "16MiB", "queues": 2 } ] } ],
              "guests": [
                { "name": "web", "devices": [ { "as": "xvda", "disk": "disk/vol0", "queues": 2 } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                            "args": [ "SOCKET" ] } } ] } ] }
            """;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private final Neighbour guest = new Neighbour(workspace.file("guest.sock"));

    private TestMachine start(int standbys) throws Exception {
        TestMachine machine = workspace.start(MACHINE.replace("STANDBYS", Integer.toString(standbys))
                .replace("SOCKET", workspace.file("guest.sock").toString()));
        guest.awaitProgress();
        return machine;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void theOwnerIsReplacedByAStandbyOnceThereIsOne(int standbys) throws Exception {
        TestMachine machine = start(standbys);
        for (int i = 0; i < 2; i++) {
            long before = machine.domain("disk").pid();
            machine.control().restart("disk", RestartRequest.PLAIN);
            assertThat(machine.domain("disk").pid()).isNotEqualTo(before);
            guest.awaitProgress();
        }
        assertThat(machine.events("restart-failed")).isEmpty();
        assertThat(machine.domain("disk").incarnation()).isEqualTo(3);
    }

    @Test
    void anUpgradeIsServedByProcessesThatWereStartedForIt() throws Exception {
        TestMachine machine = start(2);
        DomainStatus before = machine.awaitStandby("disk");
        machine.control().restart("disk", new RestartRequest(true, List.of()));

        DomainStatus after = machine.awaitStandby("disk");
        assertThat(after.pid()).isNotIn(before.standbys()).isNotEqualTo(before.pid());
        assertThat(after.standbys()).doesNotContainAnyElementsOf(before.standbys());
        guest.awaitProgress();
    }

    @Test
    void anUpgradeToAnotherLayoutOfJournalsMakesTheGuestSendAgainWhatWasNotAnswered() throws Exception {
        Path other = DriverVersion.withOtherJournals(workspace.file("other"));
        TestMachine machine = start(1);
        machine.control().restart("disk", new RestartRequest(true, List.of(other)));
        machine.awaitEvent("connected");
        guest.awaitProgress();

        machine.awaitStandby("disk");
        TestMachine.kill(machine.domain("disk").pid());
        machine.awaitEvent("takeover");
        guest.awaitProgress();
        assertThat(machine.events("connected"))
                .as("it believes its own journals")
                .hasSize(1);
    }

    @Test
    void anUpgradeThatCannotStartLeavesEverythingAsItWas() throws Exception {
        TestMachine machine = start(1);
        DomainStatus before = machine.awaitStandby("disk");
        Path broken = DriverVersion.broken(workspace.file("broken"));
        assertThatThrownBy(() -> machine.control().restart("disk", new RestartRequest(true, List.of(broken))))
                .isInstanceOf(ControlException.class);

        assertThat(machine.domain("disk").pid()).isEqualTo(before.pid());
        assertThat(machine.domain("disk").standbys()).isEqualTo(before.standbys());
        TestMachine.kill(before.pid());
        guest.awaitProgress();
        machine.awaitStandby("disk");
    }
}
