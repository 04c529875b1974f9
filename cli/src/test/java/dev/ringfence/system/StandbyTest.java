// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.memory.PidFd;
import dev.ringfence.memory.Processes;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who takes over when more than the owner dies. */
@Timeout(300)
final class StandbyTest {
    private static final String MACHINE = """
            { "machine": "line",
              "driverDomains": [ { "name": "disk", "driver": "block", "standbys": STANDBYS,
                  "devices": [ { "name": "vol0", "image": "vol0.img", "size": "16MiB", "queues": 2 },
                               { "name": "vol1", "memory": "16MiB" } ] } ],
              "guests": [
                { "name": "web", "devices": [ { "as": "xvda", "disk": "disk/vol0", "queues": 2 },
                                              { "as": "xvdb", "disk": "disk/vol1" } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                            "args": [ "SOCKET" ] } } ] } ] }
            """;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private final Neighbour guest = new Neighbour(workspace.file("guest.sock"));

    private TestMachine start(int standbys) throws Exception {
        TestMachine machine = workspace.start(MACHINE.replace("STANDBYS", Integer.toString(standbys))
                .replace("SOCKET", workspace.file("guest.sock").toString()));
        awaitStandbys(machine, standbys);
        guest.awaitProgress();
        return machine;
    }

    private static DomainStatus awaitStandbys(TestMachine machine, int standbys) {
        await().atMost(TestMachine.PATIENCE.multipliedBy(standbys))
                .until(() -> machine.domain("disk").state().equals("running")
                        && machine.domain("disk").standbys().size() == standbys);
        return machine.domain("disk");
    }

    @Test
    void anOwnerAndItsHeirDieTogetherAndTheNextInLineGoesOn() throws Exception {
        TestMachine machine = start(2);
        for (int round = 0; round < 3; round++) {
            DomainStatus before = awaitStandbys(machine, 2);
            killAtOnce(before.pid(), before.standbys().get(0));
            guest.awaitProgress();
            machine.awaitOwner("disk", before.standbys().get(1));
        }
        awaitStandbys(machine, 2);
        guest.awaitProgress();
        assertThat(machine.events("restart-failed")).isEmpty();
    }

    @Test
    void anOwnerAndItsOnlyStandbyDieTogetherAndAProcessIsStartedCold() throws Exception {
        TestMachine machine = start(1);
        DomainStatus before = machine.domain("disk");
        killAtOnce(before.pid(), before.standbys().get(0));
        guest.awaitProgress();
        // Three, if the hypervisor had made the standby the owner before it heard of its death.
        assertThat(awaitStandbys(machine, 1).incarnation()).isBetween(2, 3);
        guest.awaitProgress();
    }

    @Test
    @Tag("long")
    void fourStandbysInheritOneAfterTheOther() throws Exception {
        TestMachine machine = start(4);
        DomainStatus before = machine.domain("disk");
        TestMachine.kill(before.pid());
        for (long pid : before.standbys().subList(0, 3)) {
            guest.awaitProgress();
            TestMachine.kill(pid);
        }
        guest.awaitProgress();
        machine.awaitOwner("disk", before.standbys().get(3));
    }

    @Test
    void aStandbyThatDiesWhileItWaitsIsReplaced() throws Exception {
        TestMachine machine = start(2);
        DomainStatus before = machine.domain("disk");
        for (int i = 0; i < 2; i++) {
            TestMachine.kill(before.standbys().get(i));
            machine.awaitEvent("standby-died", i + 1);
        }
        DomainStatus after = awaitStandbys(machine, 2);
        assertThat(after.pid()).isEqualTo(before.pid());
        assertThat(after.standbys()).doesNotContainAnyElementsOf(before.standbys());
        killAtOnce(after.pid(), after.standbys().get(0));
        guest.awaitProgress();
        machine.awaitOwner("disk", after.standbys().get(1));
    }

    @Test
    void aGuestThatConnectsLaterIsServedByEveryoneInLineAndWaitsForNoneThatIsStuck() throws Exception {
        TestMachine machine = start(2);
        machine.control().detach("web", "xvdb");
        DomainStatus before = machine.domain("disk");
        try (PidFd stuck = PidFd.open(before.standbys().get(1))) {
            stuck.signal(Processes.SIGSTOP);
            machine.control().attach("web", "xvdb");
            assertThat(stuck.awaitDeath(10_000))
                    .as("the stuck standby was killed")
                    .isTrue();
        }
        guest.awaitProgress();

        DomainStatus after = awaitStandbys(machine, 2);
        killAtOnce(after.pid(), after.standbys().get(0));
        guest.awaitProgress();
        machine.control().detach("web", "xvdb");
        machine.control().attach("web", "xvdb");
        guest.awaitProgress();
    }

    private static void killAtOnce(long... pids) {
        List<PidFd> processes = LongStream.of(pids).mapToObj(PidFd::open).toList();
        processes.forEach(process -> process.signal(Processes.SIGKILL));
        processes.forEach(process -> process.awaitDeath(-1));
        processes.forEach(PidFd::close);
    }
}
