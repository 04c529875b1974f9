// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ControlServerTest {
    @TempDir
    Path directory;

    private final ScriptedMachine machine = new ScriptedMachine();
    private Path socket;
    private ControlServer server;

    @BeforeEach
    void startServer() {
        socket = directory.resolve("control.sock");
        server = ControlServer.start(socket, machine);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void letsNobodyElseIn() throws IOException {
        assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void replacesTheSocketOfADeadMachine() throws IOException {
        server.close();
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();

        server = ControlServer.start(socket, machine);

        assertThat(answer("GET", "/v1/machine")).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void removesItsSocketWhenItCloses() {
        server.close();

        assertThat(socket).doesNotExist();
    }

    @Test
    void answersPrometheusInItsTextFormat() throws IOException {
        assertThat(answer("GET", "/metrics"))
                .contains("content-type: text/plain; version=0.0.4; charset=utf-8")
                .contains("\n# TYPE ringfence_domain_up gauge\n")
                .contains("\nringfence_domain_up{domain=\"disk\",kind=\"driver\"} 1.0\n")
                .contains("\nringfence_domain_standbys_ready{domain=\"disk\",kind=\"driver\"} 1.0\n")
                .contains("\nringfence_domain_takeovers_total{domain=\"disk\"} 2.0\n")
                .contains("\n# TYPE ringfence_recovery_stage_seconds summary\n")
                .contains(
                        "\nringfence_recovery_stage_seconds{domain=\"disk\",stage=\"outage\",quantile=\"0.99\"} 2.1E-4\n")
                .contains("\nringfence_recovery_stage_seconds_count{domain=\"disk\",stage=\"outage\"} 2\n")
                .contains("\nringfence_connection_operations_total"
                        + "{device=\"xvda\",disk=\"disk/vol0\",guest=\"web\",operation=\"write\"} 2.0\n")
                .contains("\nringfence_connection_in_flight_requests"
                        + "{device=\"xvda\",disk=\"disk/vol0\",guest=\"web\"} 13.0\n");
    }

    @Test
    void answersInJson() throws IOException {
        assertThat(answer("GET", "/v1/machine"))
                .contains("content-type: application/json")
                .contains(
                        "{\"machine\":\"m\",\"pid\":4242,\"stateDirectory\":\"/run/ringfence/m\",\"uptimeMillis\":1500,")
                .endsWith(ControlJson.write(ScriptedMachine.STATUS) + "\n");
    }

    @Test
    void answersACallWithoutAResultByNoContent() throws IOException {
        assertThat(answer("POST", "/v1/domains/disk/kill?how=spin")).startsWith("HTTP/1.1 204 No Content");
        assertThat(machine.calls).containsExactly("kill disk SPIN");
    }

    @Test
    void killsTheHardWayUnlessToldOtherwise() throws IOException {
        answer("POST", "/v1/domains/disk/kill");

        assertThat(machine.calls).containsExactly("kill disk KILL");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /v1/nothing,                404 Not Found,          there is no /v1/nothing",
        "GET,    /,                          404 Not Found,          there is no /",
        "GET,    /v1/machine/,               404 Not Found,          there is no /v1/machine/",
        "DELETE, /v1/machine,                405 Method Not Allowed, /v1/machine takes GET only",
        "GET,    /v1/shutdown,               405 Method Not Allowed, /v1/shutdown takes POST only",
        "POST,   /v1/domains/web/kill,       404 Not Found,          there is no domain \\\"web\\\"",
        "POST,   /v1/domains/disk/kill?how=x, 400 Bad Request,       'how=x is unknown; there is: kill, stop, spin,"
                + " block, throw, exit, segv, leak'",
    })
    void saysWhatIsWrongWithARequest(String method, String uri, String status, String error) throws IOException {
        assertThat(answer(method, uri)).startsWith("HTTP/1.1 " + status).endsWith("{\"error\":\"" + error + "\"}\n");
    }

    @Test
    void refusesWhatIsNotHttp() throws IOException {
        try (RawConnection connection = new RawConnection(socket)) {
            assertThat(connection.send("hello\r\n\r\n").answer()).startsWith("HTTP/1.1 400 Bad Request");
        }
    }

    @Test
    void refusesARequestThatIsTooLarge() throws IOException {
        try (RawConnection connection = new RawConnection(socket)) {
            connection.send("POST /v1/shutdown HTTP/1.1\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n");

            assertThat(connection.answer()).startsWith("HTTP/1.1 413 ");
        }
        assertThat(machine.calls).isEmpty();
    }

    @Test
    void doesOneRequestAConnection() throws IOException {
        try (RawConnection connection = new RawConnection(socket)) {
            String request = "POST /v1/guests/web/devices/xvda/detach HTTP/1.1\r\n\r\n";

            assertThat(connection.send(request + request).answer())
                    .containsOnlyOnce("204 No Content")
                    .contains("connection: close");
        }
        assertThat(machine.calls).containsExactly("detach web xvda");
    }

    @Test
    void survivesAMachineThatThrows() throws IOException {
        machine.failure = new IllegalStateException("domid=7");

        assertThat(answer("GET", "/v1/machine"))
                .startsWith("HTTP/1.1 500 ")
                .endsWith("{\"error\":\"the machine failed to do it: java.lang.IllegalStateException: domid=7\"}\n");

        machine.failure = null;
        assertThat(answer("GET", "/v1/machine")).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void answersWhileAnotherCallBlocks() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Path other = directory.resolve("other.sock");
        try (ControlServer blocking = ControlServer.start(other, new BlockingMachine(machine, entered, released));
                RawConnection stuck = new RawConnection(other);
                RawConnection quick = new RawConnection(other)) {
            stuck.request("POST", "/v1/guests/web/devices/xvda/attach");
            entered.await();

            assertThat(quick.request("GET", "/v1/machine").answer()).startsWith("HTTP/1.1 200 OK");

            released.countDown();
            assertThat(stuck.answer()).startsWith("HTTP/1.1 204 No Content");
            assertThat(blocking).isNotNull();
        }
    }

    @Test
    void closesWhileSomebodyIsConnectedWhoNeverAsks() throws IOException {
        try (RawConnection silent = new RawConnection(socket)) {
            answer("GET", "/v1/machine"); // connections are taken in order, so the silent one has been by now
            server.close();

            assertThat(silent.answer()).isEmpty();
        }
    }

    @Test
    void forgetsAFollowerThatHasLeft() throws IOException {
        try (RawConnection follower = new RawConnection(socket)) {
            follower.request("GET", "/v1/events?follow=true");
            await().until(() -> machine.listeners.size() == 1);
        }

        await().until(machine.listeners::isEmpty);
    }

    @Test
    void dropsEventsRatherThanWaitForASlowReader() throws Exception {
        int count = 50_000;
        try (RawConnection slow = new RawConnection(socket)) {
            slow.request("GET", "/v1/events?follow=true");
            await().until(() -> machine.listeners.size() == 1);
            for (int i = 0; i < count; i++) {
                machine.happen(ScriptedMachine.event(i));
            }
            CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);

            List<MachineEvent> events = slow.answer()
                    .lines()
                    .filter(line -> line.startsWith("{"))
                    .map(line -> ControlJson.read(line, MachineEvent.class))
                    .toList();
            long dropped = events.stream()
                    .filter(event -> event.kind().equals("events-dropped"))
                    .mapToLong(event -> ((Number) event.detail().get("dropped")).longValue())
                    .sum();
            long seen = events.stream()
                    .filter(event -> event.kind().equals("takeover"))
                    .count();
            assertThat(dropped).isPositive();
            assertThat(seen + dropped).isEqualTo(count);
            closed.get(30, TimeUnit.SECONDS);
        }
    }

    private String answer(String method, String uri) throws IOException {
        try (RawConnection connection = new RawConnection(socket)) {
            return connection.request(method, uri).answer();
        }
    }

    private record BlockingMachine(MachineControl machine, CountDownLatch entered, CountDownLatch released)
            implements MachineControl {
        @Override
        public MachineStatus status() {
            return machine.status();
        }

        @Override
        public void kill(String domain, KillMethod how) {
            machine.kill(domain, how);
        }

        @Override
        public void restart(String domain, RestartRequest request) {
            machine.restart(domain, request);
        }

        @Override
        public void attach(String guest, String device) {
            entered.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void detach(String guest, String device) {
            machine.detach(guest, device);
        }

        @Override
        public void shutdown() {
            machine.shutdown();
        }

        @Override
        public List<MachineEvent> recentEvents() {
            return machine.recentEvents();
        }

        @Override
        public Subscription subscribe(Consumer<MachineEvent> listener) {
            return machine.subscribe(listener);
        }
    }
}
