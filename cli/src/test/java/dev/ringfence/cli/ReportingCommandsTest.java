// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.cli.CliFixture.Result;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReportingCommandsTest {
    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void createFixture() {
        cli = new CliFixture(directory);
    }

    @Test
    void listShowsDomainsAndDevicesInColumns() {
        try (RunningFake running = new RunningFake(cli.machine("m"))) {
            assertThat(running.machine()).isNotNull();
            Result result = cli.run("list");

            assertThat(result.exitCode()).isZero();
            assertThat(result.out()).isEqualTo("""
                machine m: pid %d, up 1:02:03, state in %s

                DOMAIN  KIND    STATE       DOMID   PID  INCARNATION  STANDBYS  MEMORY     CPU  SANDBOX
                disk    driver  running         1  4250            3  4251       50MiB   0.73s  bubblewrap
                web     guest   restarting      2     -            1  -             0B  12.34s  none

                GUEST  DEVICE  BACKEND      STATE      MODE  QUEUES    SIZE      OPS  READ  WRITTEN    CPU  OUTAGES  STALLED
                web    xvda    disk/vol0    Connected  w          2    1TiB  1500042  5GiB     3MiB  4.50s        3    1.2ms
                web    xvdb    disk/golden  Connected  r          1  1.5KiB        0    0B       0B  0.00s        0    0.0ms
                """.formatted(
                            ProcessHandle.current().pid(), cli.machine("m").path()));
        }
    }

    @Test
    void listReportsAsJson() {
        try (RunningFake running = new RunningFake(cli.machine("m"))) {
            assertThat(running.machine()).isNotNull();
            Result result = cli.run("list", "--json");

            assertThat(result.exitCode()).isZero();
            assertThat(result.out())
                    .startsWith("{\"machine\":\"m\",\"pid\":")
                    .contains("\"domains\":[{\"name\":\"disk\",\"domid\":1,")
                    .endsWith(
                            "\"throttledNanos\":0,\"outages\":0,\"stalledNanos\":0,\"lastOutageNanos\":0,\"inFlight\":0}}]}\n");
        }
    }

    @Test
    void eventsShowsTheRecentOnes() {
        try (RunningFake running = new RunningFake(cli.machine("m"))) {
            running.machine().happen("takeover", "disk", "standby 4251 took over", Map.of("outageMicros", 104));

            assertThat(cli.run("events").out())
                    .isEqualTo(localTime() + " takeover disk: standby 4251 took over outageMicros=104\n");
            assertThat(cli.run("events", "--json").out())
                    .isEqualTo("{\"time\":\"2026-01-02T03:04:05.678Z\",\"kind\":\"takeover\",\"domain\":\"disk\","
                            + "\"message\":\"standby 4251 took over\",\"detail\":{\"outageMicros\":104}}\n");
        }
    }

    @Test
    void eventsFollowsUntilTheMachineIsDown() throws Exception {
        CompletableFuture<Result> following;
        try (RunningFake running = new RunningFake(cli.machine("m"))) {
            following = CompletableFuture.supplyAsync(() -> cli.run("events", "--follow"));
            running.machine().happen("kill", "disk", "spin", Map.of());
            Awaitility.await().until(running.machine()::listens);
        }

        Result result = following.get(30, TimeUnit.SECONDS);
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo(localTime() + " kill disk: spin\n" + localTime() + " stopping: m\n");
    }

    private static String localTime() {
        return DateTimeFormatter.ofPattern("HH:mm:ss.SSS")
                .withZone(ZoneId.systemDefault())
                .format(Instant.parse("2026-01-02T03:04:05.678Z"));
    }
}
