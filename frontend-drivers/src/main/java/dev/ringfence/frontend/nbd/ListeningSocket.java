// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A bound socket and, for a UNIX one, its file.
 *
 * <p>Bound here rather than by Netty, so that the file has its permissions before anyone can connect, and so that only
 * a file of this socket's own making is removed.
 */
final class ListeningSocket {
    private static final int BACKLOG = 128;

    private final Channel channel;
    private final NbdEndpoint endpoint;
    private final Path file;
    private final Object fileKey;

    private ListeningSocket(Channel channel, NbdEndpoint endpoint, Path file, Object fileKey) {
        this.channel = channel;
        this.endpoint = endpoint;
        this.file = file;
        this.fileKey = fileKey;
    }

    /** @throws IOException naming the endpoint, when someone else listens there or the socket can't be made */
    static ListeningSocket open(NbdEndpoint endpoint) throws IOException {
        boolean unix = endpoint instanceof NbdEndpoint.Unix;
        Socket socket = unix ? Socket.newSocketDomain() : Socket.newSocketStream();
        try {
            return unix ? unix(socket, ((NbdEndpoint.Unix) endpoint).path()) : tcp(socket, (NbdEndpoint.Tcp) endpoint);
        } catch (IOException e) {
            socket.close();
            throw new IOException("can't listen on " + endpoint + ": " + e.getMessage(), e);
        }
    }

    private static ListeningSocket unix(Socket socket, Path path) throws IOException {
        removeIfStale(path);
        socket.bind(new DomainSocketAddress(path.toString()));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        socket.listen(BACKLOG);
        Channel channel = new EpollServerDomainSocketChannel(socket.intValue(), true);
        return new ListeningSocket(channel, new NbdEndpoint.Unix(path), path, key(path));
    }

    private static ListeningSocket tcp(Socket socket, NbdEndpoint.Tcp endpoint) throws IOException {
        socket.setReuseAddress(true);
        socket.bind(endpoint.address());
        socket.listen(BACKLOG);
        InetSocketAddress bound = socket.localAddress();
        Channel channel = new EpollServerSocketChannel(socket.intValue());
        return new ListeningSocket(channel, new NbdEndpoint.Tcp(bound), null, null);
    }

    /** A socket file nobody answers on was left behind by a server that died. */
    private static void removeIfStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new FileSystemException(path.toString(), null, "exists and is not a socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException e) {
            Files.delete(path);
            return;
        }
        throw new FileSystemException(path.toString(), null, "another server is listening");
    }

    private static Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    Channel channel() {
        return channel;
    }

    /** With the port the kernel chose, if it was left to it. */
    NbdEndpoint endpoint() {
        return endpoint;
    }

    /** Stops listening. */
    void close() throws IOException {
        if (channel.isRegistered()) {
            channel.close().awaitUninterruptibly();
        } else {
            channel.unsafe().closeForcibly();
        }
        if (file != null
                && Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && key(file).equals(fileKey)) {
            Files.delete(file);
        }
    }
}
