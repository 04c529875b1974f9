// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A connection whose bytes the test writes itself. */
final class RawConnection implements AutoCloseable {
    private final SocketChannel channel;

    RawConnection(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    RawConnection send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return this;
    }

    RawConnection request(String method, String uri) throws IOException {
        return send(method + " " + uri + " HTTP/1.1\r\nHost: machine\r\n\r\n");
    }

    /** Everything up to the end of the stream. */
    String answer() throws IOException {
        return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
