// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.cli.CliFixture.Result;
import dev.ringfence.hypervisor.control.MachineEvent;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MachineCommandsTest {
    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void createFixture() {
        cli = new CliFixture(directory);
    }

    @Test
    void passesOnWhatAMachineIsToDo() {
        try (RunningFake running = new RunningFake(cli.machine("m"))) {
            assertThat(cli.run("kill", "disk")).isEqualTo(new Result(0, "disk: kill\n", ""));
            assertThat(cli.run("kill", "disk", "--how", "spin")).isEqualTo(new Result(0, "disk: spin\n", ""));
            assertThat(cli.run("restart", "disk")).isEqualTo(new Result(0, "disk: restarted\n", ""));
            assertThat(cli.run("restart", "disk", "--class-path", "/a b.jar:/c"))
                    .isEqualTo(new Result(0, "disk: restarted\n", ""));
            assertThat(cli.run("detach", "web", "xvda")).isEqualTo(new Result(0, "web/xvda detached\n", ""));
            assertThat(cli.run("attach", "web", "xvda")).isEqualTo(new Result(0, "web/xvda attached\n", ""));

            assertThat(running.machine().recentEvents())
                    .extracting(MachineEvent::kind, MachineEvent::domain, MachineEvent::message)
                    .map(tuple -> tuple.toList().toString())
                    .containsExactly(
                            "[kill, disk, kill]",
                            "[kill, disk, spin]",
                            "[restart, disk, false []]",
                            "[restart, disk, true [/a b.jar, /c]]",
                            "[detached, web, xvda]",
                            "[attached, web, xvda]");
        }
    }

    @Test
    void takesAWrongDomainForBadInput() {
        try (RunningFake running = new RunningFake(cli.machine("m"))) {
            assertThat(running.machine()).isNotNull();
            assertThat(cli.run("kill", "dsk")).isEqualTo(new Result(2, "", "ringfence: no such domain: dsk\n"));
        }
    }

    @Test
    void takesAWrongMethodForBadUsage() {
        assertThat(cli.run("kill", "disk", "--how", "gently"))
                .isEqualTo(new Result(
                        2,
                        "",
                        "ringfence: Invalid value for option '--how': expected one of [KILL, STOP, SPIN, BLOCK, THROW, EXIT, SEGV,"
                                + " LEAK]"
                                + " (case-insensitive) but was 'gently'\nTry: ringfence kill --help\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list",
                "events",
                "down",
                "kill disk",
                "restart disk",
                "attach web xvda",
                "detach web xvda",
                "store ls"
            })
    void saysThatNoMachineRuns(String command) {
        assertThat(cli.run(command.split(" ", -1)))
                .isEqualTo(new Result(
                        1,
                        "",
                        "ringfence: no machine is running (looked in " + cli.stateRoot()
                                + "); start one with: ringfence up FILE\n"));
    }

    @Test
    void saysThatTheNamedMachineDoesNotRun() {
        assertThat(cli.run("list", "--machine", "other"))
                .isEqualTo(new Result(
                        1,
                        "",
                        "ringfence: machine \"other\" is not running: nothing answers at "
                                + cli.machine("other").controlSocket() + "; start it with: ringfence up FILE\n"));
    }

    @Test
    void asksWhichMachineWhenSeveralRun() {
        try (RunningFake one = new RunningFake(cli.machine("one"));
                RunningFake two = new RunningFake(cli.machine("two"))) {
            assertThat(cli.run("kill", "disk"))
                    .isEqualTo(new Result(
                            2,
                            "",
                            "ringfence: several machines are running: one, two; pick one with --machine NAME\n"));
            assertThat(cli.run("kill", "disk", "--machine", "two").exitCode()).isZero();

            assertThat(one.machine().recentEvents()).isEmpty();
            assertThat(two.machine().recentEvents()).hasSize(1);
        }
    }

    @Test
    void downWaitsUntilTheMachineIsGone() {
        try (RunningFake running = new RunningFake(cli.machine("m"))) {
            assertThat(running.machine()).isNotNull();
            assertThat(cli.run("down")).isEqualTo(new Result(0, "machine m is down\n", ""));

            assertThat(cli.machine("m").lockHolder()).isEmpty();
            assertThat(cli.machine("m").controlSocket()).doesNotExist();
        }
    }

    @Test
    void downSaysWhenTheMachineDoesNotGo() {
        try (RunningFake running = new RunningFake(cli.machine(FakeMachine.STUBBORN))) {
            assertThat(cli.run("down", "--timeout", "0"))
                    .isEqualTo(new Result(
                            1,
                            "",
                            "ringfence: machine stubborn is still going down after 0 s; its log: "
                                    + cli.machine(FakeMachine.STUBBORN).log() + "\n"));
            running.machine().goDown();
        }
    }
}
