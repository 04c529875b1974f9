// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A driver that returns wrong data goes unnoticed without tags; with them it is replaced, and no wrong data reaches the guest. */
@Timeout(60)
final class WrongDataTest {
    private static final String IMAGES = """
            { "machine": "wrong",
              "driverDomains": [ { "name": "disk", "driver": "block",
                  "devices": [ { "name": "vol0", "image": "vol0.img", "size": "1MiB" },
                               { "name": "plain", "image": "plain.img", "size": "1MiB" } ] } ],
              "guests": [
                { "name": "web",
                  "devices": [ { "as": "xvda", "disk": "disk/vol0", "tags": true }, { "as": "xvdb", "disk": "disk/plain" } ],
                  "programs": [ { "nbd": { "device": "xvda", "listen": "unix:a.sock" } },
                                { "nbd": { "device": "xvdb", "listen": "unix:b.sock" } } ] } ] }
            """;

    private static final String LIAR = """
            { "machine": "wrong",
              "driverDomains": [ { "name": "disk", "driver": "block",
                  "devices": [ { "name": "lying", "class": "dev.ringfence.system.LyingDevice" },
                               { "name": "vol0", "memory": "1MiB" } ] } ],
              "guests": [
                { "name": "web", "devices": [ { "as": "xvda", "disk": "disk/lying", "tags": true } ],
                  "programs": [ { "java": { "class": "dev.ringfence.system.CommandedGuest",
                                            "args": [ "SOCKET", "xvda" ] } } ] }
                NEIGHBOUR ] }
            """;

    @AutoClose
    private final Workspace workspace = new Workspace();

    private TestMachine startLiar(String neighbour) throws IOException {
        return workspace.start(
                LIAR.replace("SOCKET", workspace.file("web.sock").toString()).replace("NEIGHBOUR", neighbour));
    }

    @Test
    void anImageThatWasChangedIsAnErrorWithTagsAndWrongDataWithout() throws Exception {
        Program.require("qemu-io");
        TestMachine machine = workspace.start(IMAGES);
        DomainStatus first = machine.awaitStandby("disk");
        await().atMost(TestMachine.PATIENCE)
                .until(() -> Files.exists(workspace.file("a.sock")) && Files.exists(workspace.file("b.sock")));
        assertThat(qemuIo("a.sock", "write -P 17 0 64k", "read -P 17 0 64k")).doesNotContain("fail");
        assertThat(qemuIo("b.sock", "write -P 17 0 64k", "read -P 17 0 64k")).doesNotContain("fail");

        damage("vol0.img", 4096);
        damage("plain.img", 4096);

        assertThat(qemuIo("b.sock", "read -P 17 0 64k")).contains("Pattern verification failed");
        assertThat(qemuIo("a.sock", "read -P 17 0 64k")).contains("read failed: Input/output error");
        MachineEvent event = machine.awaitEvent("wrong-data");
        assertThat(event.message()).contains("disk/vol0", "its guest wrote something else; the driver is replaced");
        assertThat(event.detail()).containsEntry("sector", 8L);
        assertThat(machine.awaitOwner("disk").pid()).isNotEqualTo(first.pid());
        assertThat(qemuIo("a.sock", "read -P 17 8k 56k", "write -P 18 0 64k", "read -P 18 0 64k"))
                .doesNotContain("fail");
    }

    private String qemuIo(String socket, String... commands) throws Exception {
        Object[] words = new Object[4 + 2 * commands.length];
        words[0] = "qemu-io";
        words[1] = "-f";
        words[2] = "raw";
        for (int i = 0; i < commands.length; i++) {
            words[3 + 2 * i] = "-c";
            words[4 + 2 * i] = commands[i];
        }
        words[words.length - 1] = workspace.nbd(socket);
        try (Program program = Program.start(workspace.file(""), words)) {
            String output = program.output().lines().reduce("", (all, line) -> all + line + "\n");
            program.awaitEnd();
            return output + program.errors();
        }
    }

    private void damage(String image, long offset) throws IOException {
        try (FileChannel file = FileChannel.open(workspace.file(image), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), offset);
        }
    }

    @Test
    void aDriverThatHasGoneWrongIsReplacedAndItsGuestSeesNoError() throws Exception {
        TestMachine machine = startLiar("");
        DomainStatus first = machine.awaitStandby("disk");
        try (Commands guest = Commands.connect(workspace.file("web.sock"))) {
            assertThat(guest.send("verify xvda 0 4096")).isEqualTo("ok");
            assertThat(guest.send("write xvda " + (1 << 19) + " 4096")).isEqualTo("ok");
            assertThat(guest.send("verify xvda 0 4096")).isEqualTo("ok");
        }
        assertThat(machine.awaitEvent("wrong-data").domain()).isEqualTo("disk");
        assertThat(machine.awaitOwner("disk").pid()).isNotEqualTo(first.pid());
    }

    @Test
    void noGuestHasItsNeighboursDriverReplaced() throws Exception {
        TestMachine machine = startLiar(
                ", { \"name\": \"neighbour\", \"devices\": [ { \"as\": \"xvda\", \"disk\": \"disk/vol0\" } ] }");
        DomainStatus first = machine.awaitStandby("disk");
        try (Commands guest = Commands.connect(workspace.file("web.sock"))) {
            assertThat(guest.send("verify xvda 0 4096")).isEqualTo("ok");
            assertThat(guest.send("write xvda " + (1 << 19) + " 4096")).isEqualTo("ok");
            assertThat(guest.send("verify xvda 0 4096")).isEqualTo("error");
        }
        assertThat(machine.awaitEvent("wrong-data").message()).doesNotContain("replaced");
        assertThat(machine.domain("disk").pid()).isEqualTo(first.pid());
    }
}
