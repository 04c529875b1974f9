// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreServerTest {
    private final XenStore store = new XenStore();

    @TempDir
    private Path directory;

    private Path socket() {
        return directory.resolve("xenstored.sock");
    }

    private static StoreClient connect(StoreServer server) throws IOException {
        return new StoreClient(SocketStoreTransport.connect(server.socket()));
    }

    private static SocketChannel rawConnection(StoreServer server) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(server.socket()));
        return channel;
    }

    @Test
    void servesTheStoreToClientsAsDomainZero() throws IOException {
        try (StoreServer server = StoreServer.open(store, socket());
                StoreClient one = connect(server);
                StoreClient two = connect(server)) {
            List<String> events = new CopyOnWriteArrayList<>();
            two.watch("/a", "t", (path, token) -> events.add(path));
            one.transaction(transaction -> {
                transaction.write("/a/b", "1");
                transaction.write("/a/c", "2");
                return null;
            });
            one.write("relative", "3");
            assertThat(two.directory("/a")).containsExactly("b", "c");
            assertThat(two.read("/local/domain/0/relative")).contains("3");
            await().untilAsserted(() -> assertThat(events).containsExactly("/a", "/a/b", "/a/c"));
            assertThat(server.socket()).isEqualTo(socket());
        }
    }

    @Test
    void onlyItsUserMayConnectAndACloseLeavesNothingBehind() throws IOException {
        try (StoreServer server = StoreServer.open(store, socket())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socket())))
                    .isEqualTo("rw-------");
            assertThat(directory.toFile().list()).containsExactly("xenstored.sock");
        }
        assertThat(directory.toFile().list()).isEmpty();
    }

    @Test
    void replacesASocketThatNobodyListensOn() throws IOException {
        try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(socket()));
        }
        assertThat(socket()).exists();
        try (StoreServer server = StoreServer.open(store, socket());
                StoreClient client = connect(server)) {
            client.write("/a", "1");
        }
    }

    @Test
    void leavesASocketInUseAndOtherFilesAlone() throws IOException {
        try (StoreServer server = StoreServer.open(store, socket());
                StoreClient client = connect(server)) {
            assertThatThrownBy(() -> StoreServer.open(store, socket()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another server");
            client.write("/a", "1");
        }
        Files.writeString(socket(), "a file");
        assertThatThrownBy(() -> StoreServer.open(store, socket()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no socket");
        assertThat(socket()).hasContent("a file");
    }

    @Test
    void doesNotRemoveTheSocketOfASuccessor() throws IOException {
        StoreServer first = StoreServer.open(store, socket());
        Files.delete(socket());
        try (StoreServer second = StoreServer.open(store, socket())) {
            first.close();
            assertThat(second.socket()).exists();
            try (StoreClient client = connect(second)) {
                client.write("/a", "1");
            }
        }
    }

    @Test
    void aMalformedPacketClosesItsConnectionAlone() throws IOException {
        try (StoreServer server = StoreServer.open(store, socket());
                StoreClient client = connect(server);
                SocketChannel hostile = rawConnection(server)) {
            ByteBuffer header = ByteBuffer.allocate(16);
            header.put(12, (byte) 1).put(13, (byte) 0x10); // 4097 bytes
            hostile.write(header);
            assertThat(hostile.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            client.write("/a", "1");
        }
    }

    @Test
    void takesPacketsInPieces() throws IOException {
        try (StoreServer server = StoreServer.open(store, socket());
                SocketChannel channel = rawConnection(server)) {
            byte[] packet = StoreMessage.of(StoreMessageType.MKDIR, 9, 0, StoreMessage.strings("/a"))
                    .packet();
            for (byte one : packet) {
                channel.write(ByteBuffer.wrap(new byte[] {one}));
            }
            ByteBuffer reply = ByteBuffer.allocate(19);
            while (reply.hasRemaining()) {
                assertThat(channel.read(reply)).isPositive();
            }
            assertThat(StoreMessage.parse(reply.array()).orElseThrow().text()).isEqualTo("OK");
        }
    }

    @Test
    void aReaderThatDoesNotReadIsClosedAndDelaysNobody() throws IOException {
        try (StoreServer server = StoreServer.open(store, socket());
                StoreClient client = connect(server);
                SocketChannel deaf = rawConnection(server)) {
            deaf.write(ByteBuffer.wrap(StoreMessage.of(StoreMessageType.WATCH, 1, 0, StoreMessage.strings("/", "t"))
                    .packet()));
            ByteBuffer first = ByteBuffer.allocate(1);
            assertThat(deaf.read(first)).isEqualTo(1);
            String padding = "x".repeat(1000);
            for (int i = 0; i < 3000; i++) {
                client.write("/n/" + i + padding, "1");
            }
            ByteBuffer rest = ByteBuffer.allocate(1 << 16);
            long read = 0;
            int count = deaf.read(rest);
            while (count >= 0) {
                read += count;
                count = deaf.read(rest.clear());
            }
            assertThat(read).as("bytes before the end of the stream").isLessThan(3_000_000);
        }
    }

    @Test
    void aClientSeesTheServerGo() throws IOException {
        StoreServer server = StoreServer.open(store, socket());
        try (StoreClient client = connect(server)) {
            client.write("/a", "1");
            server.close();
            await().untilAsserted(() -> assertThatThrownBy(() -> client.read("/a"))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.error()).isEqualTo(StoreError.ENOTCONN)));
        }
    }
}
