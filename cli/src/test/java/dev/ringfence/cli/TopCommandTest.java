// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.cli.CliFixture.Result;
import dev.ringfence.hypervisor.control.ConnectionStatus;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineStatus;
import dev.ringfence.hypervisor.control.RecoveryStatus;
import dev.ringfence.hypervisor.control.UsageStatus;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TopCommandTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void createFixture() {
        cli = new CliFixture(directory);
    }

    private static MachineStatus status(long uptimeMillis, long pid, long cpuMillis, UsageStatus usage) {
        return new MachineStatus(
                "m",
                1,
                "/m",
                uptimeMillis,
                List.of(new DomainStatus(
                        "disk",
                        1,
                        "driver",
                        "running",
                        pid,
                        1,
                        List.of(5L),
                        MIB,
                        cpuMillis,
                        "none",
                        "",
                        9,
                        RecoveryStatus.NONE)),
                List.of(new ConnectionStatus("web", "xvda", "disk/vol0", "Connected", 1, "w", MIB, usage)));
    }

    private static UsageStatus usage(long reads, long writes, long cpuNanos, long throttledNanos) {
        return new UsageStatus(
                reads, writes, 0, 0, 0, reads * 4096, writes * 512, cpuNanos, throttledNanos, 0, 0, 0, 3);
    }

    @Test
    void oneViewShowsDomainsAndDevicesInColumns() {
        try (RunningFake running = new RunningFake(cli.machine("m"))) {
            assertThat(running.machine()).isNotNull();
            Result result = cli.run("top", "--once", "--delay", "0.1");

            assertThat(result.exitCode()).isZero();
            assertThat(result.out()).isEqualTo("""
                machine m: up 1:02:03, over the last 0.0 s

                DOMAIN  STATE        PID  LIFE  STANDBYS  CPU%  MEMORY  FDS  TAKEOVERS  REPLAYED  OUTAGE    P50    P99    MAX
                disk    running     4250     3         1   0.0   50MiB   61          2         7   104us  104us  210us  230us
                web     restarting     -     1         -   0.0      0B    0          -         -       -      -      -      -

                GUEST  DEVICE  BACKEND      IOPS  READ MB/S  WRITE MB/S  CPU US/OP  IN FLIGHT  LIMITED%  ERRORS  OUTAGES  STALLED
                web    xvda    disk/vol0       0        0.0         0.0          -         17         0       1        3    1.2ms
                web    xvdb    disk/golden     0        0.0         0.0          -          0         0       0        0      0us
                """);
        }
    }

    @Test
    void aViewIsALineOfJson() {
        try (RunningFake running = new RunningFake(cli.machine("m"))) {
            assertThat(running.machine()).isNotNull();
            assertThat(cli.run("top", "--once", "--json", "-d", "0.1").out())
                    .startsWith(
                            "{\"machine\":\"m\",\"uptimeMillis\":3723000,\"intervalMillis\":1,\"domains\":[{\"name\":\"disk\",")
                    .contains("\"cpuMicrosPerOperation\":null")
                    .endsWith("}\n")
                    .hasLineCount(1);
        }
    }

    @Test
    void aDelayThatIsNoneIsAMistakeOfTheUser() {
        Result result = cli.run("top", "-d", "0");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).startsWith("ringfence: --delay: from 0.1 to 3600.0 seconds: 0.0\n");
    }

    @Test
    void ratesAreWhatChangedInTheMachinesOwnTime() {
        TopSample sample = TopSample.between(
                status(1_000, 7, 100, usage(1_000, 50, 5_000_000, 0)),
                status(3_000, 7, 1_100, usage(3_000, 150, 26_000_000, 500_000_000)));
        assertThat(sample.intervalMillis()).isEqualTo(2_000);
        assertThat(sample.domains().get(0).cpuPercent()).isEqualTo(50);
        TopSample.Connection connection = sample.connections().get(0);
        assertThat(connection.operationsPerSecond()).isEqualTo(1_050);
        assertThat(connection.readBytesPerSecond()).isEqualTo(1_000 * 4096);
        assertThat(connection.writtenBytesPerSecond()).isEqualTo(50 * 512);
        assertThat(connection.cpuMicrosPerOperation()).isEqualTo(10);
        assertThat(connection.throttledPercent()).isEqualTo(25);
    }

    @Test
    void anotherProcessesProcessorTimeIsNotSubtracted() {
        TopSample sample =
                TopSample.between(status(1_000, 7, 900, UsageStatus.NONE), status(3_000, 8, 100, UsageStatus.NONE));
        assertThat(sample.domains().get(0).cpuPercent()).isNull();
    }

    @Test
    void aDevicePluggedInAgainBeginsAtNothing() {
        TopSample sample =
                TopSample.between(status(1_000, 7, 0, usage(1_000, 0, 0, 0)), status(2_000, 7, 0, usage(20, 0, 0, 0)));
        assertThat(sample.connections().get(0).operationsPerSecond()).isEqualTo(20);
    }

    @Test
    void timesKeepThreeDigitsWhateverTheirUnit() {
        assertThat(TopTables.time(0)).isEqualTo("0us");
        assertThat(TopTables.time(104_400)).isEqualTo("104us");
        assertThat(TopTables.time(12_345_000)).isEqualTo("12.3ms");
        assertThat(TopTables.time(1_500_000_000)).isEqualTo("1.50s");
    }
}
