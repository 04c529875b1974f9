// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.hypervisor.control.MachineOptions.Inheritance;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A source of random bytes outlives its hypervisor: what was opened for it is kept, for processes that are started later too. */
@Timeout(120)
final class EntropyAdoptionTest {
    private static final String MACHINE = """
            { "machine": "dice",
              "driverDomains": [ { "name": "rng", "driver": "entropy", "devices": [ { "name": "urandom" } ] } ],
              "guests": [
                { "name": "reader",
                  "devices": [ { "as": "rng0", "entropy": "rng/urandom" }, { "as": "rng1", "entropy": "rng/urandom" } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.EntropyGuest", "args": [ "READER" ] } } ] } ] }
            """;

    @AutoClose
    private final Workspace workspace = new Workspace();

    @Test
    void bytesComeWithoutAHypervisorAndFromDriversThatTheNextOneStarts() throws Exception {
        Neighbour reader = new Neighbour(workspace.file("reader.sock"));
        Path file = workspace.write(
                MACHINE.replace("READER", workspace.file("reader.sock").toString()));
        HypervisorProcess hypervisor = HypervisorProcess.start(workspace, file, "dice");
        long owner = hypervisor.domain("rng").pid();
        reader.awaitProgress();

        hypervisor.kill();
        assertThat(TestMachine.kill(owner)).isTrue();
        reader.awaitProgress();

        TestMachine machine = TestMachine.start(workspace, file, Inheritance.REQUIRED);
        workspace.closeAtEnd(machine);
        for (int kill = 0; kill < 2; kill++) {
            long next = machine.awaitStandby("rng").standbys().get(0);
            assertThat(TestMachine.kill(machine.domain("rng").pid())).isTrue();
            reader.awaitProgress();
            machine.awaitOwner("rng", next);
        }
    }
}
