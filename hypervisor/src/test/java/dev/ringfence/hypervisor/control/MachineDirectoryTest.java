// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineDirectoryTest {
    @TempDir
    Path root;

    @Test
    void liesWhereTheEnvironmentSays() throws IOException {
        int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");

        assertThat(MachineDirectory.root(Map.of("RINGFENCE_STATE", "/s", "XDG_RUNTIME_DIR", "/x")))
                .isEqualTo(Path.of("/s"));
        assertThat(MachineDirectory.root(Map.of("RINGFENCE_STATE", "", "XDG_RUNTIME_DIR", "/x")))
                .isEqualTo(Path.of("/x/ringfence"));
        assertThat(MachineDirectory.root(Map.of()))
                .isEqualTo(Path.of(uid == 0 ? "/run/ringfence" : "/tmp/ringfence-" + uid));
    }

    @Test
    void canBeEnteredByItsOwnerOnly() throws IOException {
        MachineDirectory directory = new MachineDirectory(root.resolve("state/m"));
        directory.create();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("state"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
                .isEqualTo("rwx------");
    }

    @Test
    void isClosedToOthersWhenItWasOpen() throws IOException {
        Path open = Files.createDirectory(root.resolve("m"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        new MachineDirectory(open).create();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open)))
                .isEqualTo("rwx------");
    }

    @Test
    void refusesADirectoryOfSomebodyElse() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can give a directory away");
        Path foreign = Files.createDirectory(root.resolve("m"));
        Files.setAttribute(foreign, "unix:uid", 4711);

        assertThatThrownBy(() -> new MachineDirectory(foreign).create())
                .isInstanceOf(ControlException.class)
                .hasMessage("the state directory " + foreign + " belongs to another user (uid 4711);"
                        + " set RINGFENCE_STATE to one of your own");
    }

    @Test
    void refusesAPathTooLongForASocket() {
        Path path = Path.of("/" + "d".repeat(93));

        assertThatThrownBy(() -> new MachineDirectory(path).create())
                .hasMessage("the state directory " + path + " is too long by 2 bytes for a UNIX socket;"
                        + " set RINGFENCE_STATE to a shorter one");
    }

    @Test
    void isLockedByOneMachineAtATime() {
        MachineDirectory directory = new MachineDirectory(root.resolve("m"));
        directory.create();
        assertThat(directory.lockHolder()).isEmpty();

        try (MachineLock lock = directory.tryLock().orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(directory.tryLock()).isEmpty();
            assertThat(directory.lockHolder())
                    .hasValue(String.valueOf(ProcessHandle.current().pid()));
        }

        assertThat(directory.lockHolder()).isEmpty();
        directory.tryLock().orElseThrow().close();
    }

    @Test
    void findsTheMachinesThatAnswer() {
        assertThat(MachineDirectory.running(root.resolve("none"))).isEmpty();
        MachineDirectory up = new MachineDirectory(root.resolve("up"));
        up.create();
        new MachineDirectory(root.resolve("down")).create();

        try (ControlServer server = ControlServer.start(up.controlSocket(), new ScriptedMachine())) {
            assertThat(server).isNotNull();
            assertThat(MachineDirectory.running(root)).containsExactly(up);
        }

        assertThat(MachineDirectory.running(root)).isEmpty();
    }
}
