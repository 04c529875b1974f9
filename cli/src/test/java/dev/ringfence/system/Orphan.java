// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.MachineControl;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.control.MachineOptions.Inheritance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A machine that loses its hypervisor: an NBD export, and a guest that verifies all the time. */
final class Orphan {
    private static final String MACHINE = """
            { "machine": "orphan",
              "driverDomains": [ { "name": "disk", "driver": "block", "standbys": STANDBYS,
                  "devices": [ { "name": "vol0", "image": "vol0.img", "size": "32MiB" },
                               { "name": "vol1", "memory": "64MiB" } ] } ],
              "guests": [
                { "name": "web", "devices": [ { "as": "xvda", "disk": "disk/vol0" } ],
                  "programs": [ { "nbd": { "device": "xvda", "listen": "unix:a.sock" } } ] },
                { "name": "neighbour", "devices": [ { "as": "xvda", "disk": "disk/vol1" } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                            "args": [ "NEIGHBOUR" ] } } ] } ] }
            """;

    private final Workspace workspace;
    private int standbys = 1;

    Orphan(Workspace workspace) {
        this.workspace = workspace;
    }

    Orphan withStandbys(int count) {
        standbys = count;
        return this;
    }

    HypervisorProcess start() throws IOException {
        return HypervisorProcess.start(workspace, machineFile(), "orphan");
    }

    Path machineFile() throws IOException {
        return workspace.write(
                MACHINE.replace("NEIGHBOUR", workspace.file("neighbour.sock").toString())
                        .replace("STANDBYS", Integer.toString(standbys)));
    }

    MachineDirectory directory() {
        return TestMachine.directory(workspace, "orphan");
    }

    Neighbour neighbour() {
        return new Neighbour(workspace.file("neighbour.sock"));
    }

    /** By a hypervisor in this process, which ends the machine when the test ends. */
    TestMachine adopt() throws IOException {
        TestMachine machine = TestMachine.start(workspace, machineFile(), Inheritance.REQUIRED);
        workspace.closeAtEnd(machine);
        return machine;
    }

    /** Takes the export away and gives it back. */
    void replug(MachineControl control) {
        control.detach("web", "xvda");
        await().atMost(TestMachine.PATIENCE).until(() -> Files.notExists(workspace.file("a.sock")));
        control.attach("web", "xvda");
        await().atMost(TestMachine.PATIENCE).until(() -> Files.exists(workspace.file("a.sock")));
    }
}
