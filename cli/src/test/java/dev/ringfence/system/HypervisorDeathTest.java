// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineOptions.Inheritance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The hypervisor is not on the data path: I/O goes on without it, and so does a takeover. */
@Timeout(90)
final class HypervisorDeathTest {
    private static final String MACHINE = """
            { "machine": "headless",
              "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1,
                  "devices": [ { "name": "vol0", "image": "vol0.img", "size": "32MiB" },
                               { "name": "vol1", "memory": "64MiB" } ] } ],
              "guests": [
                { "name": "web", "devices": [ { "as": "xvda", "disk": "disk/vol0" } ],
                  "programs": [ { "nbd": { "device": "xvda", "listen": "unix:a.sock" } } ] },
                { "name": "neighbour", "devices": [ { "as": "xvda", "disk": "disk/vol1" } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                            "args": [ "NEIGHBOUR" ] } } ] } ] }
            """;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private final Neighbour neighbour = new Neighbour(workspace.file("neighbour.sock"));

    @Test
    void ioAndTakeoversGoOnWithoutItAndASuccessorThatWantsNoneOfThatTidiesUp() throws Exception {
        Program.require("nbdcopy");
        Path machineFile = workspace.write(
                MACHINE.replace("NEIGHBOUR", workspace.file("neighbour.sock").toString()));
        HypervisorProcess hypervisor = HypervisorProcess.start(workspace, machineFile, "headless");
        DomainStatus driver = hypervisor.domain("disk");
        List<ProcessHandle> domains = Leftovers.processes(hypervisor.handle());

        hypervisor.kill();
        neighbour.awaitProgress();
        copyThereAndBack(1);

        TestMachine.kill(driver.pid());
        neighbour.awaitProgress();
        copyThereAndBack(2);
        assertThat(domains)
                .anyMatch(process -> process.pid() == driver.standbys().get(0) && process.isAlive());

        TestMachine again = TestMachine.start(workspace, machineFile, Inheritance.REFUSED);
        workspace.closeAtEnd(again);
        await().atMost(TestMachine.PATIENCE)
                .untilAsserted(() -> assertThat(domains).noneMatch(ProcessHandle::isAlive));
        neighbour.awaitProgress();
        copyThereAndBack(3);
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
