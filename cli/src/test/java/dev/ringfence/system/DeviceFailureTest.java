// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static dev.ringfence.system.FaultyDevice.BAD_OFFSET;
import static dev.ringfence.system.FaultyDevice.LOSING_OFFSET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringfence.hypervisor.control.DomainStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What a device can't do, the guest is told, and nobody else need know. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class DeviceFailureTest {
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int ROOM_BYTES = 1 << 20;

    private final Workspace workspace = new Workspace();
    private TestMachine machine;
    private Commands guest;
    private DomainStatus driver;
    private boolean mounted;

    @BeforeAll
    void start() throws Exception {
        Path small = Files.createDirectory(workspace.file("small"));
        mounted = mountTmpfs(small);
        machine =
                workspace.start("""
                { "machine": "failing",
                  "driverDomains": [ { "name": "disk", "driver": "block", "standbys": 1,
                      "devices": [ { "name": "full", "image": "small/full.img", "size": "4MiB" },
                                   { "name": "bad", "class": "dev.ringfence.system.FaultyDevice" },
                                   { "name": "losing", "class": "dev.ringfence.system.FaultyDevice" } ] } ],
                  "guests": [ { "name": "web",
                      "devices": [ { "as": "xvda", "disk": "disk/full" }, { "as": "xvdb", "disk": "disk/bad" },
                                   { "as": "xvdc", "disk": "disk/losing" } ],
                      "programs": [ { "java": { "class": "dev.ringfence.system.CommandedGuest",
                                                "args": [ "SOCKET", "xvda", "xvdb", "xvdc" ] } } ] } ] }
                """.replace("SOCKET", workspace.file("web.sock").toString()));
        guest = Commands.connect(workspace.file("web.sock"));
        workspace.closeAtEnd(guest);
    }

    /** False when it can't be had here. */
    private boolean mountTmpfs(Path directory) throws Exception {
        if (!Program.isInstalled("mount")) {
            return false;
        }
        try (Program program =
                Program.start(directory, "mount", "-t", "tmpfs", "-o", "size=" + ROOM_BYTES, "rf-test", directory)) {
            if (program.awaitEnd() != 0) {
                return false;
            }
        }
        workspace.closeAtEnd(() -> Program.run(workspace.state(), "umount", directory));
        return true;
    }

    @AfterAll
    void close() {
        workspace.close();
    }

    @BeforeEach
    void noteTheDriver() {
        driver = machine.awaitStandby("disk");
    }

    @Test
    void aFullFileSystemIsAnErrorForTheGuestAndNoMoreThanThat() throws IOException {
        assumeTrue(mounted, "no tmpfs can be mounted here, and only a small file system can be full");

        int pieces = 0;
        while (write("xvda", (long) pieces * PIECE_BYTES, PIECE_BYTES).equals("ok")) {
            pieces++;
        }

        assertThat(pieces).isBetween(1, ROOM_BYTES / PIECE_BYTES);
        for (int i = 0; i < pieces; i++) {
            assertThat(verify("xvda", (long) i * PIECE_BYTES, PIECE_BYTES)).isEqualTo("ok");
        }
        assertThat(guest.send("discard xvda 0 " + PIECE_BYTES)).isEqualTo("ok");
        assertThat(write("xvda", (long) pieces * PIECE_BYTES, PIECE_BYTES)).isEqualTo("ok");
        assertThat(machine.domain("disk").pid()).isEqualTo(driver.pid());
    }

    @Test
    void aBadSectorIsAnErrorForWhoTouchesIt() throws IOException {
        assertThat(write("xvdb", 0, 4096)).isEqualTo("ok");
        assertThat(write("xvdb", BAD_OFFSET, 4096)).isEqualTo("error");
        assertThat(verify("xvdb", BAD_OFFSET, 512)).isEqualTo("error");
        assertThat(verify("xvdb", BAD_OFFSET - 4096, 8192)).isEqualTo("error");
        assertThat(guest.send("discard xvdb 0 4096")).isEqualTo("error");

        assertThat(verify("xvdb", 0, 4096)).isEqualTo("ok");
        assertThat(guest.send("flush xvdb")).isEqualTo("ok");
        assertThat(machine.domain("disk").pid()).isEqualTo(driver.pid());
    }

    @Test
    void aFlushThatFailedOnceFailsEvenAfterTheDriverThatKnewOfItIsDead() throws IOException {
        assertThat(guest.send("flush xvdc")).isEqualTo("ok");

        assertThat(write("xvdc", LOSING_OFFSET, 4096)).isEqualTo("ok");
        assertThat(guest.send("flush xvdc")).isEqualTo("error");
        assertThat(guest.send("flush xvdc")).isEqualTo("error");

        TestMachine.kill(driver.pid());
        machine.awaitEvent("takeover");
        assertThat(guest.send("flush xvdc")).isEqualTo("error");
        assertThat(write("xvdc", 0, 4096)).isEqualTo("ok");
        assertThat(guest.send("flush xvdb")).isEqualTo("ok");
    }

    private String write(String disk, long offset, int bytes) throws IOException {
        return guest.send("write " + disk + " " + offset + " " + bytes);
    }

    private String verify(String disk, long offset, int bytes) throws IOException {
        return guest.send("verify " + disk + " " + offset + " " + bytes);
    }
}
