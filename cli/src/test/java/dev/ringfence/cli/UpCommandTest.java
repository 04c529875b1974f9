// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringfence.cli.CliFixture.Result;
import dev.ringfence.hypervisor.control.MachineDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class UpCommandTest {
    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void createFixture() {
        cli = new CliFixture(directory);
    }

    @Test
    void showsWhatItStartsThenEventsUntilTheMachineIsDown() throws Exception {
        Process up = cli.start("up", cli.machineFile("m"));
        awaitAnswer("m");
        assertThat(cli.run("kill", "disk").exitCode()).isZero();
        assertThat(cli.run("down")).isEqualTo(new Result(0, "machine m is down\n", ""));

        assertThat(up.waitFor()).isZero();
        assertThat(cli.output().lines().map(line -> line.replaceFirst("^[0-9:.]{12} ", "TIME ")))
                .containsExactly(
                        "driver domain disk: pid 4250, standby 4251, sandbox bubblewrap",
                        "guest web: pid 0, sandbox none",
                        "disk web/xvda is disk/vol0: 1TiB, read-write, 2 queues",
                        "disk web/xvdb is disk/golden: 1.5KiB, read-only, 1 queue",
                        "guest web runs NBD for xvda at unix:" + directory + "/web.sock; try: nbdinfo"
                                + " 'nbd+unix:///?socket=" + directory + "/web.sock'",
                        "guest web runs org.example.Main",
                        "machine m is up (pid " + up.pid() + "); Ctrl-C or \"ringfence down\" stops it",
                        "TIME kill disk: kill",
                        "TIME stopping: m");
    }

    @Test
    void namesTheInterfaceThatStandsForANic() throws Exception {
        String file = cli.write("nic.json", """
                { "machine": "nic",
                  "driverDomains": [ { "name": "net", "driver": "net", "devices": [ { "name": "lan", "tap": "rf0" } ] } ],
                  "guests": [ { "name": "web", "devices": [ { "as": "eth0", "nic": "net/lan" } ],
                                "programs": [ { "tap": { "device": "eth0", "name": "e0" } } ] } ] }
                """);
        Process up = cli.start("up", file);
        awaitOutput("guest web runs the interface e0 for eth0");
        awaitAnswer("nic");
        assertThat(cli.run("down").exitCode()).isZero();
        assertThat(up.waitFor()).isZero();
    }

    @Test
    void reportsAsJson() throws Exception {
        Process up = cli.start("up", "--json", cli.machineFile("m"));
        awaitAnswer("m");
        assertThat(cli.run("down").exitCode()).isZero();

        assertThat(up.waitFor()).isZero();
        assertThat(cli.output().lines().toList())
                .satisfiesExactly(
                        status -> assertThat(status).startsWith("{\"machine\":\"m\",\"pid\":" + up.pid() + ","),
                        event -> assertThat(event).contains("\"kind\":\"stopping\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void stopsCleanlyAtASignal(String signal) throws Exception {
        Process up = cli.start("up", cli.machineFile("m"));
        awaitOutput("machine m is up");

        kill(signal, up);

        assertThat(up.waitFor()).isZero();
        assertThat(cli.output()).contains("stopping: m").contains("stopping; once more to stop at once\n");
        assertThat(cli.machine("m").lockHolder()).isEmpty();
    }

    @Test
    void stopsAtOnceAtTheSecondInterrupt() throws Exception {
        Process up = cli.start("up", cli.machineFile(FakeMachine.STUBBORN));
        awaitOutput("machine stubborn is up");

        kill("INT", up);
        awaitOutput("once more to stop at once");
        assertThat(up.isAlive()).isTrue();
        kill("INT", up);

        assertThat(up.waitFor()).isEqualTo(130);
    }

    @Test
    void refusesAMachineThatRunsAlready() {
        String file = cli.machineFile("m");
        try (RunningFake running = new RunningFake(cli.machine("m"))) {
            assertThat(running.machine()).isNotNull();
            Result refused = new Result(
                    2,
                    "",
                    "ringfence: machine m is running already (pid "
                            + ProcessHandle.current().pid()
                            + "); stop it with: ringfence down --machine m\n");

            assertThat(cli.run("up", file)).isEqualTo(refused);
            assertThat(cli.run("up", "--detach", file)).isEqualTo(refused);
        }
    }

    @Test
    void startsAgainAfterAMachineThatWasKilled() throws Exception {
        String file = cli.machineFile("m");
        Process killed = cli.start("up", file);
        awaitOutput("machine m is up");
        killed.destroyForcibly().waitFor();
        assertThat(cli.machine("m").controlSocket()).exists();

        Process again = cli.start("up", file);
        awaitAnswer("m");
        assertThat(cli.run("down").exitCode()).isZero();

        assertThat(again.waitFor()).isZero();
    }

    @Test
    void saysWhyAMachineDoesNotStart() {
        String file = cli.machineFile(FakeMachine.BROKEN);

        assertThat(cli.run("up", file)).isEqualTo(new Result(1, "", "ringfence: driver domain disk did not start\n"));
        assertThat(cli.machine(FakeMachine.BROKEN).lockHolder()).isEmpty();
    }

    @Test
    void startsNothingFromABadFile() {
        assertThat(cli.run("up", "/nowhere/m.json")).isEqualTo(new Result(2, "", "/nowhere/m.json: no such file\n"));
        assertThat(cli.stateRoot()).doesNotExist();
    }

    @Test
    void detachesAMachineThatOutlivesTheCommand() throws Exception {
        MachineDirectory machine = cli.machine("m");
        Process up = cli.start("up", "--detach", cli.machineFile("m"));

        assertThat(up.waitFor()).isZero();
        String pid = machine.lockHolder().orElseThrow();
        assertThat(cli.output()).isEqualTo("machine m is up (pid " + pid + "); its log: " + machine.log() + "\n");
        assertThat(ProcessHandle.of(Long.parseLong(pid))).isPresent();
        await().until(() -> CliFixture.text(machine.log()).contains("machine m is up"));

        assertThat(cli.run("down").exitCode()).isZero();
        assertThat(CliFixture.text(machine.log())).contains("stopping: m");
    }

    @Test
    void detachesWithAReportAsJson() throws Exception {
        Process up = cli.start("up", "--detach", "--json", cli.machineFile("m"));

        assertThat(up.waitFor()).isZero();
        MachineDirectory machine = cli.machine("m");
        assertThat(cli.output())
                .isEqualTo("{\"machine\":\"m\",\"pid\":" + machine.lockHolder().orElseThrow() + ",\"stateDirectory\":\""
                        + machine.path() + "\",\"log\":\"" + machine.log() + "\"}\n");
        assertThat(cli.run("down").exitCode()).isZero();
    }

    @Test
    void showsTheLogOfADetachedMachineThatDoesNotComeUp() throws Exception {
        Path log = cli.machine(FakeMachine.BROKEN).log();
        cli.machine(FakeMachine.BROKEN).create();
        Files.writeString(log, "from an earlier run\n");
        Process up = cli.start("up", "--detach", cli.machineFile(FakeMachine.BROKEN));

        assertThat(up.waitFor()).isEqualTo(1);
        assertThat(cli.output())
                .isEqualTo("ringfence: driver domain disk did not start\n"
                        + "ringfence: the machine did not come up; its log: " + log + "\n");
    }

    private void awaitAnswer(String machine) {
        await().atMost(30, TimeUnit.SECONDS).until(() -> cli.machine(machine).answers());
        awaitOutput("m");
    }

    private void awaitOutput(String text) {
        await().atMost(30, TimeUnit.SECONDS).until(() -> cli.output().contains(text));
    }

    private static void kill(String signal, Process process) throws IOException, InterruptedException {
        Path kill = Path.of("/bin/kill");
        assumeTrue(Files.isExecutable(kill), "needs /bin/kill");
        String pid = String.valueOf(process.pid());
        assertThat(new ProcessBuilder(kill.toString(), "-" + signal, pid)
                        .start()
                        .waitFor())
                .isZero();
    }
}
