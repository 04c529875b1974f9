// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.hypervisor.control.ConnectionStatus;
import dev.ringfence.hypervisor.control.KillMethod;
import dev.ringfence.hypervisor.control.RecoveryStatus;
import dev.ringfence.hypervisor.control.StageStatus;
import dev.ringfence.hypervisor.control.UsageStatus;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a machine says its guests have got, and what it cost. */
@Timeout(60)
final class AccountingTest {
    private static final int REQUESTS = 5;
    private static final int BYTES = 8192;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private TestMachine machine;
    private Commands guest;

    @BeforeEach
    void start() throws Exception {
        machine =
                workspace.start("""
                { "machine": "accounts",
                  "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1,
                      "devices": [ { "name": "vol0", "memory": "16MiB" }, { "name": "vol1", "memory": "16MiB" } ] } ],
                  "guests": [ { "name": "web",
                      "devices": [ { "as": "xvda", "disk": "disk/vol0" }, { "as": "xvdb", "disk": "disk/vol1" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.CommandedGuest",
                                                "args": [ "SOCKET", "xvda", "xvdb" ] } } ] } ] }
                """.replace("SOCKET", workspace.file("web.sock").toString()));
        guest = Commands.connect(workspace.file("web.sock"));
        workspace.closeAtEnd(guest);
        machine.awaitStandby("disk");
    }

    private UsageStatus usage(String as) {
        return machine.control().status().connections().stream()
                .filter(connection -> connection.as().equals(as))
                .map(ConnectionStatus::usage)
                .findFirst()
                .orElseThrow();
    }

    private UsageStatus await(String as, Predicate<UsageStatus> condition) {
        return Awaitility.await().atMost(TestMachine.PATIENCE).until(() -> usage(as), condition);
    }

    private void use(String as) throws Exception {
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(guest.send("write " + as + " " + i * BYTES + " " + BYTES))
                    .isEqualTo("ok");
            assertThat(guest.send("verify " + as + " " + i * BYTES + " " + BYTES))
                    .isEqualTo("ok");
        }
        assertThat(guest.send("flush " + as)).isEqualTo("ok");
        assertThat(guest.send("discard " + as + " 0 " + BYTES)).isEqualTo("ok");
    }

    @Test
    void whatAGuestDidIsOnItsOwnAccountAndOutlivesTheDriverThatCounted() throws Exception {
        use("xvda");
        UsageStatus before = await("xvda", usage -> usage.discards() == 1);
        assertThat(before.reads()).isEqualTo(REQUESTS);
        assertThat(before.writes()).isEqualTo(REQUESTS);
        assertThat(before.flushes()).isEqualTo(1);
        assertThat(before.errors()).isZero();
        assertThat(before.bytesRead()).isEqualTo(REQUESTS * BYTES);
        assertThat(before.bytesWritten()).isEqualTo(REQUESTS * BYTES);
        assertThat(before.cpuNanos()).isPositive();
        assertThat(before.inFlight()).isZero();
        assertThat(usage("xvdb").operations()).isZero();

        machine.control().kill("disk", KillMethod.KILL);
        use("xvda");

        UsageStatus after = await("xvda", usage -> usage.discards() == 2);
        assertThat(after.operations()).isEqualTo(2 * before.operations());
        assertThat(after.bytes()).isEqualTo(2 * before.bytes());
        assertThat(after.cpuNanos()).isGreaterThanOrEqualTo(before.cpuNanos());
        assertThat(await("xvda", usage -> usage.outages() == 1).stalledNanos()).isPositive();
        assertThat(await("xvdb", usage -> usage.outages() == 1).stalledNanos()).isPositive();
    }

    @Test
    void aTakeoverIsOneEventOfAllQueuesWithItsStagesAndIsInTheHistograms() {
        machine.control().kill("disk", KillMethod.KILL);

        Map<String, Object> first = machine.awaitEvent("recovery").detail();
        assertThat(first)
                .containsEntry("incarnation", 2)
                .containsEntry("queues", 2)
                .containsEntry("faultBy", "kill")
                .containsKeys("replayed", "leaseMicros", "settleMicros", "replayMicros", "answerMicros");
        assertThat((Long) first.get("outageMicros")).isPositive();

        machine.awaitStandby("disk");
        machine.control().kill("disk", KillMethod.THROW);

        assertThat(machine.awaitEvent("recovery", 2).detail())
                .containsEntry("incarnation", 3)
                .containsEntry("faultBy", "driver");
        RecoveryStatus recovery = machine.domain("disk").recovery();
        assertThat(recovery.takeovers()).isEqualTo(2);
        assertThat(recovery.lastOutageNanos()).isPositive();
        assertThat(recovery.stages()).extracting(StageStatus::count).containsOnly(2L);
        assertThat(machine.domain("disk").descriptors()).isPositive();
    }

    @Test
    void aDevicePluggedInAgainBeginsAnew() throws Exception {
        use("xvda");
        await("xvda", usage -> usage.discards() == 1);
        machine.control().detach("web", "xvda");
        machine.control().attach("web", "xvda");
        assertThat(usage("xvda").operations()).isZero();
    }
}
