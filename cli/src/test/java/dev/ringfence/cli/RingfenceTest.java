// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.cli.CliFixture.Result;
import dev.ringfence.hypervisor.control.MachineLauncher;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingfenceTest {
    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void createFixture() {
        cli = new CliFixture(directory);
    }

    @Test
    void helpNamesTheCommandsAndTheExitCodes() {
        Result result = cli.run("--help");

        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("Usage: ringfence")
                .contains("up ", "down ", "validate ", "doctor ", "list ", "events ", "attach ", "detach ", "kill ")
                .contains("Exit codes: 0 done, 1 failed, 2 bad input or usage.");
    }

    @Test
    void saysItsVersion() {
        assertThat(cli.run("--version").out()).startsWith("ringfence ").contains("\nJava " + Runtime.version());
    }

    @Test
    void asksForACommand() {
        assertThat(cli.run())
                .isEqualTo(new Result(2, "", "ringfence: Missing required subcommand\nTry: ringfence --help\n"));
    }

    @Test
    void suggestsTheCommandThatWasMeant() {
        Result result = cli.run("lst");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("ringfence: Unmatched argument at index 0: 'lst'\n")
                .contains("Did you mean: ringfence list or ");
    }

    @Test
    void refusesAnUnknownOption() {
        assertThat(cli.run("list", "--colour"))
                .isEqualTo(new Result(2, "", "ringfence: Unknown option: '--colour'\nTry: ringfence list --help\n"));
    }

    @Test
    void asksForAMissingParameter() {
        assertThat(cli.run("attach", "web"))
                .isEqualTo(new Result(
                        2, "", "ringfence: Missing required parameter: 'DEV'\nTry: ringfence attach --help\n"));
    }

    @Test
    void keepsTheTraceOfAFailureToItselfUnlessAskedForIt() {
        MachineLauncher launcher = (file, options) -> {
            throw new IllegalStateException("domid=7");
        };
        String file = cli.machineFile("m");

        Ringfence quiet = new Ringfence(launcher, cli.environment(), Ringfence.class);
        assertThat(CliFixture.run(quiet, "up", file))
                .isEqualTo(new Result(
                        1, "", "ringfence: java.lang.IllegalStateException: domid=7 (--debug shows where)\n"));

        Ringfence open = new Ringfence(launcher, cli.environment(), Ringfence.class);
        assertThat(CliFixture.run(open, "up", file, "--debug").err())
                .startsWith("ringfence: java.lang.IllegalStateException: domid=7\n")
                .contains("\tat dev.ringfence.cli.UpCommand.");

        Map<String, String> environment =
                Map.of("RINGFENCE_STATE", cli.stateRoot().toString(), "RINGFENCE_DEBUG", "1");
        Ringfence byEnvironment = new Ringfence(launcher, environment, Ringfence.class);
        assertThat(CliFixture.run(byEnvironment, "up", file).err()).contains("\tat dev.ringfence.cli.UpCommand.");
    }
}
