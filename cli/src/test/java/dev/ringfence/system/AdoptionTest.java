// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.ControlClient;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.store.SocketStoreTransport;
import dev.ringfence.store.StoreClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A hypervisor that is killed and comes back finds its domains where they are, whatever has happened to them meanwhile. */
@Timeout(180)
final class AdoptionTest {
    private static final int REPLUGS = 5;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private final Orphan orphan = new Orphan(workspace);
    private final MachineDirectory directory = orphan.directory();
    private final Neighbour neighbour = orphan.neighbour();

    @Test
    void theDomainsAreTakenOverAsTheyAreAndGoOnAsBefore() throws Exception {
        Program.require("nbdcopy");
        HypervisorProcess hypervisor = orphan.start();
        List<DomainStatus> before = hypervisor.status().domains();
        DomainStatus driver = hypervisor.domain("disk");
        List<ProcessHandle> processes = Leftovers.processes(hypervisor.handle());
        hypervisor.kill();
        neighbour.awaitProgress();
        TestMachine.kill(driver.pid());
        neighbour.awaitProgress();
        assertThat(directory.isOrphaned()).isTrue();

        TestMachine machine = orphan.adopt();

        machine.awaitOwner("disk", driver.standbys().get(0));
        DomainStatus heir = machine.awaitStandby("disk");
        assertThat(heir.incarnation()).isEqualTo(2);
        assertThat(heir.standbys()).doesNotContain(driver.pid(), heir.pid());
        for (int i = 0; i < before.size(); i++) {
            DomainStatus after = machine.domain(before.get(i).name());
            assertThat(after.domid()).isEqualTo(before.get(i).domid());
            assertThat(after.state()).isEqualTo("running");
        }
        assertThat(machine.domain("web").pid()).isEqualTo(before.get(1).pid());
        assertThat(machine.domain("neighbour").pid()).isEqualTo(before.get(2).pid());
        neighbour.awaitProgress();

        TestMachine.kill(heir.pid());
        neighbour.awaitProgress();
        machine.awaitStandby("disk");
        orphan.replug(machine.control());
        copyThereAndBack(1);
        theStoreAnswers(machine);

        assertThat(machine.stop()).isZero();
        await().atMost(TestMachine.PATIENCE)
                .untilAsserted(() -> assertThat(processes).noneMatch(ProcessHandle::isAlive));
        assertThat(Leftovers.openMemories()).isEmpty();
        assertThat(Leftovers.memories(ProcessHandle.current().pid())).isEmpty();
        assertThat(Leftovers.sockets(directory.path())).isEmpty();
    }

    private void theStoreAnswers(TestMachine machine) throws IOException {
        int domid = machine.domain("web").domid();
        try (StoreClient store = new StoreClient(SocketStoreTransport.connect(directory.storeSocket()))) {
            assertThat(store.read("/local/domain/" + domid + "/name")).contains("web");
            assertThat(store.permissions("/local/domain/" + domid).owner()).isEqualTo(domid);
        }
    }

    @Test
    void itMayDieAgainAndAgainAndItsKeeperToo() throws Exception {
        HypervisorProcess first = orphan.start();
        long driver = first.domain("disk").pid();
        long keeper = HypervisorProcess.keeper(directory);
        TestMachine.kill(keeper);
        await().atMost(TestMachine.PATIENCE)
                .until(() -> first.control().recentEvents().stream()
                        .anyMatch(event -> event.kind().equals("keeper")));
        assertThat(HypervisorProcess.keeper(directory)).isNotEqualTo(keeper);
        first.kill();
        neighbour.awaitProgress();

        HypervisorProcess second = orphan.start();
        assertThat(second.domain("disk").pid()).isEqualTo(driver);
        second.kill();
        neighbour.awaitProgress();

        HypervisorProcess third = orphan.start();
        assertThat(third.domain("disk").pid()).isEqualTo(driver);
        third.kill();

        TestMachine machine = orphan.adopt();
        assertThat(machine.awaitStandby("disk").pid()).isEqualTo(driver);
        TestMachine.kill(driver);
        neighbour.awaitProgress();
        assertThat(machine.awaitStandby("disk").incarnation()).isEqualTo(2);
    }

    @Test
    void aGuestThatDiedMeanwhileIsFoundDeadAndItsDeviceTakenBack() throws Exception {
        HypervisorProcess hypervisor = orphan.start();
        long guest = hypervisor.domain("web").pid();
        hypervisor.kill();
        TestMachine.kill(guest);

        TestMachine machine = orphan.adopt();

        await().atMost(TestMachine.PATIENCE)
                .until(() -> machine.domain("web").state().equals("stopped"));
        await().atMost(TestMachine.PATIENCE)
                .untilAsserted(() -> assertThat(machine.status().connections())
                        .noneMatch(device -> device.guest().equals("web")));
        String memories = "ringfence-io-" + machine.domain("web").domid() + "-";
        await().atMost(TestMachine.PATIENCE)
                .untilAsserted(() -> assertThat(
                                Leftovers.memories(machine.domain("disk").pid()))
                        .noneMatch(name -> name.startsWith(memories)));
        neighbour.awaitProgress();
    }

    @Test
    void ownerAndStandbyThatDiedMeanwhileAreReplaced() throws Exception {
        HypervisorProcess hypervisor = orphan.start();
        DomainStatus driver = hypervisor.domain("disk");
        hypervisor.kill();
        TestMachine.kill(driver.pid());
        TestMachine.kill(driver.standbys().get(0));

        TestMachine machine = orphan.adopt();

        neighbour.awaitProgress();
        assertThat(machine.awaitStandby("disk").pid())
                .isNotEqualTo(driver.pid())
                .isNotEqualTo(driver.standbys().get(0));
    }

    @Test
    @Tag("long")
    void aLineOfStandbysIsTakenOverWithItsOrder() throws Exception {
        orphan.withStandbys(2);
        HypervisorProcess hypervisor = orphan.start();
        await().atMost(TestMachine.PATIENCE)
                .until(() -> hypervisor.domain("disk").standbys().size() == 2);
        DomainStatus driver = hypervisor.domain("disk");
        hypervisor.kill();
        TestMachine.kill(driver.pid());
        neighbour.awaitProgress();
        TestMachine.kill(driver.standbys().get(0));
        neighbour.awaitProgress();

        TestMachine machine = orphan.adopt();

        await().atMost(TestMachine.PATIENCE)
                .until(() -> machine.domain("disk").standbys().size() == 2);
        assertThat(machine.domain("disk").pid()).isEqualTo(driver.standbys().get(1));
        TestMachine.kill(machine.domain("disk").pid());
        neighbour.awaitProgress();
    }

    @Test
    void onlyTheMachineThatRunsIsAdopted() throws Exception {
        assertThatThrownBy(orphan::adopt)
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("there is nothing to adopt");
        HypervisorProcess hypervisor = orphan.start();
        hypervisor.kill();
        Path same = orphan.machineFile();
        Path other = Files.writeString(
                workspace.file("other.json"), Files.readString(same).replace("64MiB", "48MiB"));

        assertThatThrownBy(() -> TestMachine.start(workspace, other))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("is not what")
                .hasMessageContaining("ringfence down");
        try (ControlClient client = new ControlClient(directory)) {
            assertThatThrownBy(client::status)
                    .isInstanceOf(ControlException.class)
                    .hasMessageContaining("ringfence up FILE --adopt");
        }
        neighbour.awaitProgress();
        orphan.adopt();
        neighbour.awaitProgress();
    }

    @Test
    void downEndsAMachineThatHasLostItsHypervisor() throws Exception {
        HypervisorProcess hypervisor = orphan.start();
        List<ProcessHandle> processes = Leftovers.processes(hypervisor.handle());
        hypervisor.kill();

        RingfenceCommand list = RingfenceCommand.run(workspace, "list");
        assertThat(list.exitCode()).isEqualTo(1);
        assertThat(list.output())
                .contains("runs without its hypervisor", "ringfence up FILE --adopt", "ringfence down");
        neighbour.awaitProgress();
        RingfenceCommand down = RingfenceCommand.run(workspace, "down");

        assertThat(down.output()).contains("machine orphan is down").doesNotContain("killed");
        assertThat(down.exitCode()).isZero();
        await().atMost(TestMachine.PATIENCE)
                .untilAsserted(() -> assertThat(processes).noneMatch(ProcessHandle::isAlive));
        assertThat(Leftovers.sockets(directory.path())).isEmpty();
        assertThat(RingfenceCommand.run(workspace, "list").output()).contains("no machine is running");
    }

    @Test
    @Tag("long")
    void downEndsEvenWhatCanNotBeAdopted() throws Exception {
        HypervisorProcess hypervisor = orphan.start();
        List<ProcessHandle> processes = Leftovers.processes(hypervisor.handle());
        hypervisor.kill();
        Files.writeString(orphan.machineFile(), "{}");

        RingfenceCommand down = RingfenceCommand.run(workspace, "down");

        assertThat(down.output()).contains("its domains are killed", "machine orphan is down");
        assertThat(down.exitCode()).isZero();
        await().atMost(TestMachine.PATIENCE)
                .untilAsserted(() -> assertThat(processes).noneMatch(ProcessHandle::isAlive));
        assertThat(Leftovers.sockets(directory.path())).isEmpty();
    }

    @Test
    @Tag("long")
    void theKeeperHoldsNoMoreThanThereIs() throws Exception {
        TestMachine machine = TestMachine.start(workspace, orphan.machineFile());
        workspace.closeAtEnd(machine);
        machine.awaitStandby("disk");
        long keeper = HypervisorProcess.keeper(directory);
        orphan.replug(machine.control());
        TestMachine.kill(machine.awaitStandby("disk").pid());
        machine.awaitStandby("disk");
        int before = Leftovers.descriptors(keeper);

        for (int i = 0; i < REPLUGS; i++) {
            orphan.replug(machine.control());
            TestMachine.kill(machine.awaitStandby("disk").pid());
        }
        machine.awaitStandby("disk");

        await().atMost(TestMachine.PATIENCE)
                // A few may have been on their way to it when they were counted first.
                .untilAsserted(() -> assertThat(Leftovers.descriptors(keeper)).isLessThan(before + REPLUGS));
        neighbour.awaitProgress();
    }

    private void copyThereAndBack(int seed) throws Exception {
        byte[] content = new byte[32 << 20];
        new Random(seed).nextBytes(content);
        Path data = Files.write(workspace.file("data.img"), content);
        Path back = workspace.file("back.img");
        Program.run(workspace.file(""), "nbdcopy", "--flush", data, workspace.nbd("a.sock"));
        Program.run(workspace.file(""), "nbdcopy", workspace.nbd("a.sock"), back);
        assertThat(Files.mismatch(data, back)).isEqualTo(-1);
    }
}
