// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Stands between a client and a gateway and denies the client structured replies, as an old server would. */
final class SimpleReplyProxy implements AutoCloseable {
    private static final int STRUCTURED_REPLY = 8;
    private static final int GO = 7;

    private final Path server;
    private final Path path;
    private final ServerSocketChannel listening;

    SimpleReplyProxy(NbdGateway gateway, Path path) throws IOException {
        this.server = ((NbdEndpoint.Unix) gateway.endpoint()).path();
        this.path = path;
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(path));
        inBackground(this::accept);
    }

    String uri() {
        return new NbdEndpoint.Unix(path).uri("");
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private interface Relay {
        void run() throws IOException;
    }

    private static void inBackground(Relay relay) {
        Thread thread = new Thread(
                () -> {
                    try {
                        relay.run();
                    } catch (IOException e) {
                        // One side has closed, which is how every relay ends.
                    }
                },
                "simple-reply-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            SocketChannel down = listening.accept();
            SocketChannel up = SocketChannel.open(UnixDomainSocketAddress.of(server));
            inBackground(() -> pump(up, down));
            inBackground(() -> handshake(down, up));
        }
    }

    private static void handshake(SocketChannel down, SocketChannel up) throws IOException {
        write(up, read(down, 4));
        int option = 0;
        while (option != GO) {
            ByteBuffer head = read(down, 16);
            option = head.getInt(8);
            ByteBuffer data = read(down, head.getInt(12));
            if (option == STRUCTURED_REPLY) {
                ByteBuffer refusal = ByteBuffer.allocate(20);
                refusal.putLong(0x3e889045565a9L)
                        .putInt(option)
                        .putInt(0x80000001)
                        .putInt(0);
                write(down, refusal.flip());
            } else {
                write(up, head);
                write(up, data);
            }
        }
        pump(down, up);
    }

    private static void pump(SocketChannel from, SocketChannel to) throws IOException {
        try (from;
                to) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
            while (from.read(buffer.clear()) >= 0) {
                write(to, buffer.flip());
            }
        }
    }

    private static ByteBuffer read(SocketChannel from, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (from.read(buffer) < 0) {
                throw new EOFException();
            }
        }
        return buffer.flip();
    }

    private static void write(SocketChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }
}
