// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.memory.SharedMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A lease holds in the real sandbox: its waiter may die, its page may be overwritten, while a guest reads and writes. */
@Timeout(120)
final class SandboxFenceTest {
    /** The control region's first page is its header; the first queue's lease has the next one. */
    private static final long LEASE = SharedMemory.PAGE_BYTES;

    private static final String DEVICE = "unix:rdev";

    private final Workspace workspace = new Workspace();
    private final Neighbour guest = new Neighbour(workspace.file("guest.sock"));
    private TestMachine machine;

    @BeforeEach
    void start() throws IOException {
        machine = workspace.start(
                """
                { "machine": "fence",
                  "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1,
                      "devices": [ { "name": "vol0", "image": "vol0.img", "size": "16MiB" } ] } ],
                  "guests": [ { "name": "web", "devices": [ { "as": "xvda", "disk": "disk/vol0" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.VerifyingGuest",
                                                "args": [ "GUEST" ] } } ] } ] }
                """.replace("GUEST", workspace.file("guest.sock").toString()));
    }

    @AfterEach
    void close() {
        workspace.close();
    }

    @Test
    void theOwnerKeepsItsLeaseWhenTheStandbyDiesWaitingForIt() throws IOException {
        for (int death = 0; death < 3; death++) {
            DomainStatus before = machine.awaitStandby("disk");
            guest.awaitProgress();

            long standby = before.standbys().get(0);
            TestMachine.kill(standby);

            guest.awaitProgress();
            await().atMost(TestMachine.PATIENCE)
                    .until(() -> !machine.domain("disk").standbys().contains(standby));
            assertThat(machine.awaitStandby("disk").pid()).isEqualTo(before.pid());
            assertThat(machine.events("takeover")).isEmpty();
        }

        DomainStatus last = machine.awaitStandby("disk");
        TestMachine.kill(last.pid());
        machine.awaitEvent("takeover");
        machine.awaitOwner("disk", last.standbys().get(0));
        guest.awaitProgress();
    }

    @Test
    void noDomainCanOpenTheTerminalOfItsSession() throws IOException {
        assumeTrue(Program.isInstalled("bwrap"), "bubblewrap is not installed");
        for (String domain : List.of("disk", "web")) {
            Path terminal =
                    Path.of("/proc", Long.toString(machine.domain(domain).pid()), "root/dev/tty");
            assertThat(Files.getAttribute(terminal, DEVICE))
                    .as("/dev/tty of %s", domain)
                    .isEqualTo(Files.getAttribute(Path.of("/dev/null"), DEVICE));
        }
    }

    /** The kernel reads a word before it goes on along the list; so a list that leads astray behind it does no harm. */
    @ParameterizedTest
    @CsvSource({"the word, 0, 4, 1", "the list behind it, 24, 16, 0", "all of it, 0, 40, 1"})
    void aLeaseThatItsOwnerOverwroteIsHandedOn(String what, int from, int bytes, int slowFences) throws IOException {
        DomainStatus before = machine.awaitStandby("disk");
        guest.awaitProgress();

        overwrite(from, bytes);
        TestMachine.kill(before.pid());

        machine.awaitEvent("takeover");
        machine.awaitOwner("disk", before.standbys().get(0));
        await().atMost(TestMachine.PATIENCE)
                .untilAsserted(() -> assertThat(slowFences()).as(what).isGreaterThanOrEqualTo(slowFences));
        guest.awaitProgress();
        machine.awaitStandby("disk");
        TestMachine.kill(before.standbys().get(0));
        machine.awaitEvent("takeover", 2);
        guest.awaitProgress();
    }

    /** Two ways to it: nobody got the lease, or somebody got it clean. */
    private int slowFences() {
        return machine.events("slow-fence").size()
                + machine.events("fence-violation").size();
    }

    /** As a driver would that writes wildly: this process, the hypervisor's here, has the same memory open. */
    private static void overwrite(int from, int bytes) throws IOException {
        ByteBuffer ones = ByteBuffer.allocate(bytes);
        while (ones.hasRemaining()) {
            ones.put((byte) -1);
        }
        try (FileChannel region = FileChannel.open(controlRegion(), StandardOpenOption.WRITE)) {
            region.write(ones.flip(), LEASE + from);
        }
    }

    private static Path controlRegion() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> Leftovers.target(descriptor).contains("/memfd:ringfence-control-"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
