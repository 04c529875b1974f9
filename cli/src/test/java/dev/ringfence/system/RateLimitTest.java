// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.KillMethod;
import dev.ringfence.hypervisor.control.MachineStatus;
import dev.ringfence.hypervisor.control.UsageStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A guest with a limit gets that and no more, whoever serves it, and its neighbour does not feel it. */
@Timeout(90)
final class RateLimitTest {
    private static final int OPERATIONS_A_SECOND = 500;
    private static final long BYTES_A_SECOND = 4 << 20;
    private static final int THREADS = 16;
    private static final int BYTES = 16_384;
    /** A tenth of a second at once, and each queue one request more than it should. */
    private static final double BURST_SECONDS = 0.1;

    private static final String MACHINE = """
            { "machine": "limits",
              "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1, "devices": [
                  { "name": "vol0", "memory": "16MiB", "queues": 4 }, { "name": "vol1", "memory": "16MiB" } ] } ],
              "guests": [
                { "name": "limited",
                  "devices": [ { "as": "xvda", "disk": "disk/vol0", "limits": LIMITS } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.LoadGuest",
                                            "args": [ "DIR/limited.sock", "16", "16384" ] } } ] },
                { "name": "neighbour", "devices": [ { "as": "xvda", "disk": "disk/vol1" } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.LoadGuest",
                                            "args": [ "DIR/neighbour.sock", "1", "4096" ] } } ] } ] }
            """;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private TestMachine machine;

    private void start(String limits) throws Exception {
        String file = MACHINE.replace("LIMITS", limits)
                .replace("DIR", workspace.file("").toString());
        machine = workspace.start(file);
        machine.awaitStandby("disk");
        for (String guest : new String[] {"limited", "neighbour"}) {
            Commands commands = Commands.connect(workspace.file(guest + ".sock"));
            workspace.closeAtEnd(commands);
            assertThat(commands.send("start")).isEqualTo("0");
        }
    }

    private static UsageStatus usage(MachineStatus status, String guest) {
        return status.connections().stream()
                .filter(connection -> connection.guest().equals(guest))
                .findFirst()
                .orElseThrow()
                .usage();
    }

    private UsageStatus usage(String guest) {
        return usage(machine.control().status(), guest);
    }

    private void awaitOperations(String guest, long more) {
        long before = usage(guest).operations();
        await().atMost(TestMachine.PATIENCE).until(() -> usage(guest).operations() >= before + more);
    }

    /** What was let through from {@code before} on is at most the rate times the time it took, which is no more than seen. */
    private void assertWithin(MachineStatus before, long sinceNanos) {
        MachineStatus now = machine.control().status();
        double seconds = (System.nanoTime() - sinceNanos) / 1e9 + BURST_SECONDS;
        long operations =
                usage(now, "limited").operations() - usage(before, "limited").operations();
        assertThat(operations).isLessThanOrEqualTo(Math.round(OPERATIONS_A_SECOND * seconds) + THREADS);
        assertThat(usage(now, "limited").throttledNanos()).isPositive();
    }

    @Test
    void operationsStayWithinTheirLimitAcrossATakeoverToo() throws Exception {
        start("{ \"iops\": " + OPERATIONS_A_SECOND + " }");
        long since = System.nanoTime();
        MachineStatus before = machine.control().status();
        awaitOperations("limited", OPERATIONS_A_SECOND);
        machine.control().kill("disk", KillMethod.KILL);
        awaitOperations("limited", OPERATIONS_A_SECOND);
        assertWithin(before, since);
    }

    /** Longer than any budget of a hang. */
    @Test
    void whoWaitsASecondForEachOperationDoesNotHang() throws Exception {
        start("{ \"iops\": 1 }");
        awaitOperations("limited", 3);
        assertThat(machine.events("hang")).isEmpty();
        assertThat(machine.events("died")).isEmpty();
    }

    @Test
    void bytesStayWithinTheirLimitAndTheNeighbourGoesOn() throws Exception {
        start("{ \"bandwidth\": " + BYTES_A_SECOND + " }");
        long since = System.nanoTime();
        MachineStatus before = machine.control().status();
        awaitOperations("limited", BYTES_A_SECOND / BYTES);
        MachineStatus now = machine.control().status();
        double seconds = (System.nanoTime() - since) / 1e9 + BURST_SECONDS;
        long bytes = usage(now, "limited").bytes() - usage(before, "limited").bytes();
        assertThat(bytes).isLessThanOrEqualTo(Math.round(BYTES_A_SECOND * seconds) + THREADS * BYTES);
        assertThat(usage(now, "neighbour").throttledNanos()).isZero();
        awaitOperations("neighbour", 100);
    }
}
