// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.ConnectionStatus;
import dev.ringfence.hypervisor.control.ControlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Machines, guests and devices come and go, and leave nothing behind. */
@Timeout(90)
final class LifeCycleTest {
    private static final int BUSY_WRITES = 100;
    /** Two guests on one driver domain: one with an NBD gateway, one that verifies all the time. */
    private static final String MACHINE = """
            { "machine": "cycle",
              "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1,
                  "devices": [ { "name": "vol0", "image": "vol0.img", "size": "64MiB" },
                               { "name": "vol1", "memory": "64MiB" }, { "name": "vol2", "memory": "64MiB" } ] } ],
              "guests": [
                { "name": "web",
                  "devices": [ { "as": "xvda", "disk": "disk/vol0" }, { "as": "xvdb", "disk": "disk/vol1" } ],
                  "programs": [ { "nbd": { "device": "xvda", "listen": "unix:a.sock" } },
                                { "nbd": { "device": "xvdb", "listen": "unix:b.sock" } } ] },
                { "name": "neighbour",
                  "devices": [ { "as": "xvda", "disk": "disk/vol2" } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                            "args": [ "NEIGHBOUR" ] } } ] } ] }
            """;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private final Neighbour neighbour = new Neighbour(workspace.file("neighbour.sock"));
    private TestMachine machine;

    private void start() throws IOException {
        machine = workspace.start(
                MACHINE.replace("NEIGHBOUR", workspace.file("neighbour.sock").toString()));
        machine.awaitStandby("disk");
    }

    @Test
    void aMachineStoppedInTheMiddleOfIoLeavesItsDataAndNothingElse() throws Exception {
        Program.require("nbdcopy", "fio");
        start();
        List<ProcessHandle> processes = Leftovers.processes(ProcessHandle.current());
        Path data = noise("data.img", 64 << 20);
        Program.run(workspace.file(""), "nbdcopy", "--flush", data, workspace.nbd("a.sock"));
        try (Program load = Program.start(workspace.file(""), endlessWrites("b.sock"))) {
            await().atMost(TestMachine.PATIENCE).until(() -> writes("xvdb") > BUSY_WRITES);

            assertThat(machine.stop()).isZero();

            assertThat(load.awaitEnd()).isNotZero();
        }
        assertThat(processes).hasSizeGreaterThan(6);
        await().atMost(TestMachine.PATIENCE)
                .untilAsserted(() ->
                        assertThat(processes).filteredOn(ProcessHandle::isAlive).isEmpty());
        assertThat(Leftovers.openMemories()).isEmpty();
        assertThat(Leftovers.memories(ProcessHandle.current().pid())).isEmpty();
        assertThat(Leftovers.sockets(workspace.state().resolve("cycle"))).isEmpty();
        assertThat(workspace.file("a.sock")).doesNotExist();
        assertThat(Files.mismatch(data, workspace.file("vol0.img"))).isEqualTo(-1);
    }

    @Test
    void theDeathOfAGuestFreesWhatWasItsAndNobodyElseNotices() throws Exception {
        start();
        long guest = machine.domain("web").pid();
        long driver = machine.domain("disk").pid();
        String memories = "ringfence-io-" + machine.domain("web").domid() + "-";
        assertThat(Leftovers.memories(driver)).anyMatch(name -> name.startsWith(memories));

        TestMachine.kill(guest);

        machine.awaitEvent("died");
        for (long pid : new long[] {
            driver,
            machine.awaitStandby("disk").standbys().get(0),
            ProcessHandle.current().pid()
        }) {
            await().atMost(TestMachine.PATIENCE)
                    .untilAsserted(
                            () -> assertThat(Leftovers.memories(pid)).noneMatch(name -> name.startsWith(memories)));
        }
        await().untilAsserted(() -> assertThat(machine.control().status().connections())
                .extracting(ConnectionStatus::guest)
                .containsExactly("neighbour"));
        assertThat(machine.domain("web").state()).isEqualTo("stopped");
        assertThat(machine.domain("disk").pid()).isEqualTo(driver);
        neighbour.awaitProgress();
        assertThatThrownBy(() -> machine.control().attach("web", "xvda"))
                .isInstanceOf(ControlException.class)
                .hasMessage("web is stopped");
    }

    @Test
    void aDiskIsUnpluggedAndPluggedInWhileIdleAndWhileBusy() throws Exception {
        Program.require("nbdcopy", "fio");
        start();
        Path data = noise("data.img", 64 << 20);
        Program.run(workspace.file(""), "nbdcopy", "--flush", data, workspace.nbd("a.sock"));

        for (int i = 0; i < 3; i++) {
            replug("xvda", "a.sock");
        }
        try (Program load = Program.start(workspace.file(""), endlessWrites("b.sock"))) {
            await().atMost(TestMachine.PATIENCE).until(() -> writes("xvdb") > BUSY_WRITES);
            replug("xvdb", "b.sock");
            assertThat(load.awaitEnd()).isNotZero();
        }

        Path back = workspace.file("back.img");
        Program.run(workspace.file(""), "nbdcopy", workspace.nbd("a.sock"), back);
        assertThat(Files.mismatch(data, back)).isEqualTo(-1);
        Program.run(workspace.file(""), "nbdcopy", data, workspace.nbd("b.sock"));
        neighbour.awaitProgress();
        long[] pids = {
            machine.domain("web").pid(),
            machine.domain("disk").pid(),
            ProcessHandle.current().pid()
        };
        for (long pid : pids) {
            await().atMost(TestMachine.PATIENCE)
                    .untilAsserted(() -> assertThat(Leftovers.memories(pid)).doesNotHaveDuplicates());
        }
    }

    private long writes(String disk) {
        return machine.control().status().connections().stream()
                .filter(connection ->
                        connection.guest().equals("web") && connection.as().equals(disk))
                .mapToLong(connection -> connection.usage().writes())
                .sum();
    }

    private void replug(String disk, String socket) {
        machine.control().detach("web", disk);
        await().atMost(TestMachine.PATIENCE).until(() -> Files.notExists(workspace.file(socket)));
        assertThat(machine.control().status().connections())
                .noneMatch(connection ->
                        connection.guest().equals("web") && connection.as().equals(disk));
        machine.control().attach("web", disk);
        await().atMost(TestMachine.PATIENCE).until(() -> Files.exists(workspace.file(socket)));
    }

    @Test
    void aMachineRunsOnceAndAnImageBelongsToOne() throws Exception {
        start();
        assertThat(TestMachine.directory(workspace, "cycle").tryLock()).isEmpty();

        String other = """
                { "machine": "other", "driverDomains": [ { "name": "disk", "driver": "block",
                    "devices": [ { "name": "vol0", "image": "vol0.img" } ] } ], "guests": [] }
                """;
        assertThatThrownBy(() -> workspace.start(other))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("is in use: another machine has it");
        neighbour.awaitProgress();
    }

    private Object[] endlessWrites(String socket) {
        return new Object[] {
            "fio",
            "--name=load",
            "--ioengine=nbd",
            "--uri=" + workspace.nbd(socket),
            "--thread",
            "--rw=randwrite",
            "--bs=16k",
            "--iodepth=16",
            "--size=64m",
            "--time_based",
            "--runtime=50"
        };
    }

    private Path noise(String name, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(1).nextBytes(content);
        return Files.write(workspace.file(name), content);
    }
}
