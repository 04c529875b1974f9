// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.memory.Processes;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What else can go wrong while a driver is replaced; the guest notices none of it. */
@Timeout(300)
final class TakeoverFaultTest {
    private static final String MACHINE = """
            { "machine": "faults",
              "driverDomains": [ { "name": "disk", "driver": "block", "standbys": STANDBYS,
                  "devices": [ { "name": "vol0", "image": "vol0.img", "size": "1GiB", "queues": 2 },
                               { "name": "vol1", "image": "vol1.img", "size": "1GiB" } ] } ],
              "guests": [
                { "name": "web", "devices": [ { "as": "xvda", "disk": "disk/vol0", "queues": 2 } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest", "args": [ "GUEST" ] } } ] },
                { "name": "trimmer", "devices": [ { "as": "xvda", "disk": "disk/vol1" } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.CommandedGuest",
                                            "args": [ "TRIMMER", "xvda" ] } } ] } ] }
            """;
    private static final int ROUNDS = 3;
    /** About what a takeover takes, and then some. */
    private static final int MOMENT_NANOS = 500_000;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private final Neighbour guest = new Neighbour(workspace.file("guest.sock"));
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private String machine(int standbys) {
        System.err.println("seed " + seed);
        return MACHINE.replace("STANDBYS", Integer.toString(standbys))
                .replace("GUEST", workspace.file("guest.sock").toString())
                .replace("TRIMMER", workspace.file("trimmer.sock").toString());
    }

    /** So that what is about to be killed is killed at any moment of what it does. */
    private void someMoment() {
        LockSupport.parkNanos(random.nextInt(MOMENT_NANOS));
    }

    @Test
    @Tag("long")
    void aSuccessorDiesWhileItTakesOverAndSoDoesTheNext() throws Exception {
        TestMachine machine = workspace.start(machine(3));
        for (int round = 0; round < ROUNDS; round++) {
            await().atMost(TestMachine.PATIENCE.multipliedBy(3))
                    .until(() -> machine.domain("disk").standbys().size() == 3);
            guest.awaitProgress();
            DomainStatus before = machine.domain("disk");
            TestMachine.kill(before.pid());
            for (long successor : before.standbys().subList(0, 2)) {
                someMoment();
                TestMachine.kill(successor);
            }
            guest.awaitProgress();
        }
        assertThat(machine.events("poison")).isEmpty();
        assertThat(machine.events("quarantined")).isEmpty();
    }

    @Test
    void theHypervisorIsStoppedWhileAnOwnerAndItsHeirDie() throws Exception {
        HypervisorProcess hypervisor = HypervisorProcess.start(workspace, workspace.write(machine(2)), "faults");
        await().atMost(TestMachine.PATIENCE.multipliedBy(2))
                .until(() -> hypervisor.domain("disk").standbys().size() == 2);
        guest.awaitProgress();
        DomainStatus before = hypervisor.domain("disk");
        long pid = hypervisor.handle().pid();

        Processes.signal(pid, Processes.SIGSTOP);
        TestMachine.kill(before.pid());
        guest.awaitProgress();
        TestMachine.kill(before.standbys().get(0));
        guest.awaitProgress();
        Processes.signal(pid, Processes.SIGCONT);

        // What it knew before it was stopped had two standbys too.
        await().atMost(TestMachine.PATIENCE.multipliedBy(2)).until(() -> {
            DomainStatus now = hypervisor.domain("disk");
            return now.pid() == before.standbys().get(1) && now.standbys().size() == 2;
        });
        TestMachine.kill(before.standbys().get(1));
        guest.awaitProgress();
    }

    @Test
    void aLargeDiscardIsUnderWay() throws Exception {
        TestMachine machine = workspace.start(machine(1));
        int last = (1 << 30) - 4096;
        try (Commands trimmer = Commands.connect(workspace.file("trimmer.sock"))) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int offset : new int[] {0, 4096, 1 << 29, last}) {
                    assertThat(trimmer.send("write xvda " + offset + " 4096")).isEqualTo("ok");
                }
                DomainStatus before = machine.awaitStandby("disk");
                CompletableFuture<Void> killed = CompletableFuture.runAsync(() -> {
                    someMoment();
                    TestMachine.kill(before.pid());
                });
                assertThat(trimmer.send("discard xvda 4096 " + (last - 4096))).isEqualTo("ok");
                killed.join();
                assertThat(trimmer.send("verify xvda 0 4096")).isEqualTo("ok");
                assertThat(trimmer.send("verify xvda 4096 4096")).isEqualTo("different");
                assertThat(trimmer.send("verify xvda " + (1 << 29) + " 4096")).isEqualTo("different");
                assertThat(trimmer.send("verify xvda " + last + " 4096")).isEqualTo("ok");
                guest.awaitProgress();
            }
        }
    }
}
