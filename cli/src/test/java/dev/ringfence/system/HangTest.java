// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.KillMethod;
import dev.ringfence.hypervisor.control.MachineEvent;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A driver that does not do its work is replaced, nobody has to ask for it, and its guest sees no error. */
@Timeout(90)
final class HangTest {
    @AutoClose
    private final Workspace workspace = new Workspace();

    private final Neighbour guest = new Neighbour(workspace.file("guest.sock"));
    private TestMachine machine;
    private DomainStatus driver;

    @BeforeEach
    void start() throws Exception {
        machine = workspace.start(
                """
                { "machine": "hang",
                  "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1,
                      "devices": [ { "name": "vol0", "memory": "64MiB", "queues": 2 } ] } ],
                  "guests": [
                    { "name": "guest", "devices": [ { "as": "xvda", "disk": "disk/vol0" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                                "args": [ "SOCKET" ] } } ] } ] }
                """.replace("SOCKET", workspace.file("guest.sock").toString()));
        driver = machine.awaitStandby("disk");
        guest.awaitProgress();
    }

    @ParameterizedTest
    @EnumSource(
            value = KillMethod.class,
            names = {"SPIN", "STOP"})
    void aHangEndsInATakeover(KillMethod how) throws Exception {
        machine.control().kill("disk", how);

        MachineEvent hang = machine.awaitEvent("hang");
        machine.awaitEvent("takeover");
        guest.awaitProgress();
        await().atMost(TestMachine.PATIENCE)
                .until(() -> machine.domain("disk").pid() == driver.standbys().get(0));
        assertThat(hang.message()).contains(how == KillMethod.STOP ? "stopped" : "without progress");
        assertThat(hang.detail()).containsKeys("threadState", "ownCpuMicros", "inFlight", "waitedForCpuMicros");
    }

    @ParameterizedTest
    @EnumSource(
            value = KillMethod.class,
            names = {"LEAK", "THROW"})
    void aDriverThatEndsItselfIsNotCalledAHang(KillMethod how) throws Exception {
        machine.control().kill("disk", how);

        machine.awaitEvent("takeover");
        guest.awaitProgress();
        assertThat(machine.events("hang")).isEmpty();
    }

    @Test
    void aDriverThatWorksIsLeftAlone() throws Exception {
        for (int i = 0; i < 20; i++) {
            guest.awaitProgress();
        }

        assertThat(machine.domain("disk").pid()).isEqualTo(driver.pid());
        assertThat(machine.events("hang")).isEmpty();
    }
}
