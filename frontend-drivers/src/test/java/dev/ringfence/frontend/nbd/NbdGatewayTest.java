// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NbdGatewayTest extends Gateways {
    private static final MemoryBlockFrontend.Builder DISK = MemoryBlockFrontend.ofBytes(1 << 20);

    private Path socketFile() {
        return ((NbdEndpoint.Unix) gateway.endpoint()).path();
    }

    @Test
    void keepsItsSocketToItsOwner() throws IOException {
        start(DISK);
        assertThat(Files.getPosixFilePermissions(socketFile())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void removesItsSocketFile() throws IOException {
        start(DISK);
        Path file = socketFile();
        gateway.close();
        assertThat(file).doesNotExist();
    }

    @Test
    void leavesASocketFileThatIsNotItsOwn() throws IOException {
        start(DISK);
        Path file = socketFile();
        Files.delete(file);
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(file));
            gateway.close();
            assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        }
    }

    @Test
    void replacesASocketFileNobodyAnswersOn() throws IOException {
        Path file = directory.resolve("stale.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(file));
        }
        assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        disk = DISK.build();
        gateway = NbdGateway.start(disk, new NbdEndpoint.Unix(file), "vol0");
        RawClient.simple(gateway).read(1, 0, 512).expectSimple(0, 1);
    }

    @Test
    void leavesALiveServerAlone() throws IOException {
        start(DISK);
        try (MemoryBlockFrontend second = DISK.build()) {
            assertThatThrownBy(() -> NbdGateway.start(second, gateway.endpoint(), "vol1"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(gateway.endpoint().toString())
                    .hasMessageContaining("another server is listening");
        }
        RawClient.simple(gateway).read(1, 0, 512).expectSimple(0, 1);
    }

    @Test
    void leavesAFileThatIsNoSocketAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("precious"), "data");
        try (MemoryBlockFrontend some = DISK.build()) {
            assertThatThrownBy(() -> NbdGateway.start(some, new NbdEndpoint.Unix(file), "vol0"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is not a socket");
        }
        assertThat(file).hasContent("data");
    }

    @Test
    void servesOnLoopbackTcp() throws IOException {
        disk = DISK.build();
        gateway = NbdGateway.start(disk, NbdEndpoint.parse("tcp:127.0.0.1:0"), "vol0");
        InetSocketAddress address = ((NbdEndpoint.Tcp) gateway.endpoint()).address();
        assertThat(address.getPort()).isPositive();
        assertThat(gateway.uri()).isEqualTo("nbd://127.0.0.1:" + address.getPort() + "/vol0");
        try (SocketChannel client = SocketChannel.open(address)) {
            await().until(() -> gateway.connections() == 1);
            assertThat(client.isConnected()).isTrue();
        }
        awaitNoConnections();
    }

    @Test
    void letsRequestsInFlightFinishWhenItCloses() throws Exception {
        start(MemoryBlockFrontend.ofBytes(1 << 20).threaded());
        disk.pause();
        RawClient client = RawClient.simple(gateway).write(1, 0, random(1, 4096));
        await().until(() -> disk.queue().inFlight() == 1);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(gateway::close);
        await().until(() -> !Files.exists(socketFile(), LinkOption.NOFOLLOW_LINKS));
        assertThat(closed).isNotDone();
        disk.resume();
        client.expectSimple(0, 1).expectClosed();
        closed.get();
        assertThat(onDisk(0, 4096)).isEqualTo(random(1, 4096));
    }

    @Test
    void closesThoughTheDiskNeverAnswers() throws IOException {
        start(
                MemoryBlockFrontend.ofBytes(1 << 20).threaded(),
                NbdTuning.defaults().withDrain(Duration.ofMillis(50)));
        disk.pause();
        RawClient client = RawClient.simple(gateway).write(1, 0, random(1, 4096));
        await().until(() -> disk.queue().inFlight() == 1);
        gateway.close();
        client.expectClosed();
        assertThat(disk.queue().allocatedBuffers())
                .as("the driver may still use it")
                .isEqualTo(1);
        disk.resume();
        disk.queue().adopt();
        await().pollInSameThread().until(() -> disk.queue().poll() == 1);
    }

    @Test
    void closesWithoutWaitingForHalfAPayload() throws IOException {
        start(DISK, NbdTuning.defaults().withDrain(Duration.ofDays(1)));
        RawClient client = RawClient.simple(gateway).request(0, 1, 1, 0, 8192, random(1, 5000));
        await().until(() -> disk.queue().allocatedBuffers() == 1);
        gateway.close();
        client.expectClosed();
    }

    @Test
    void closesTwice() throws IOException {
        start(DISK);
        gateway.close();
        gateway.close();
    }

    @Test
    void refusesClientsBeyondAHundredAndTwentyEight() throws IOException {
        start(DISK);
        RawClient[] clients = new RawClient[128];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = RawClient.connect(gateway).greet();
        }
        RawClient.connect(gateway).expectClosed();
        clients[0].close();
        await().until(() -> gateway.connections() == 127);
        RawClient.simple(gateway).read(1, 0, 512).expectSimple(0, 1);
        for (RawClient client : clients) {
            client.close();
        }
    }

    @Test
    void closesItsConnectionsWhenTheQueueFails() throws IOException {
        start(MemoryBlockFrontend.ofBytes(1 << 20).threaded());
        RawClient client = RawClient.simple(gateway).read(1, 0, 512).expectSimple(0, 1);
        client.receive(512);
        disk.queue().breakDown();
        client.read(2, 0, 512).expectClosed();
        RawClient.connect(gateway).greet().option(1, "").expectClosed();
        gateway.close();
        disk.close();
        gateway = null;
    }
}
