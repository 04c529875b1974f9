// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/**
 * Serves a store on a UNIX socket that its user alone may connect to. Who connects is Domain 0, as with xenstored, and
 * Xen's own tools work on it with {@code XENSTORED_PATH} set to the socket.
 */
public final class StoreServer implements AutoCloseable {
    private static final long SHUTDOWN_SECONDS = 5;

    private final Path socket;
    private final Object socketKey;
    private final EventLoopGroup eventLoop;
    private final ChannelGroup connections;
    private final Channel listener;

    private StoreServer(
            Path socket, Object socketKey, EventLoopGroup eventLoop, ChannelGroup connections, Channel listener) {
        this.socket = socket;
        this.socketKey = socketKey;
        this.eventLoop = eventLoop;
        this.connections = connections;
        this.listener = listener;
    }

    /** Replaces a socket that nobody listens on; throws if somebody does, or if the file is something else. */
    public static StoreServer open(XenStore store, Path socket) throws IOException {
        requireUnused(socket);
        EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("store-server", true), NioIoHandler.newFactory());
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        try {
            Channel listener = bind(bootstrap(store, eventLoop, connections), socket);
            return new StoreServer(socket, fileKey(socket), eventLoop, connections, listener);
        } catch (IOException | RuntimeException e) {
            eventLoop.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
            throw e;
        }
    }

    public Path socket() {
        return socket;
    }

    /** Ends all connections and removes the socket, unless another server has taken its place. */
    @Override
    public void close() throws IOException {
        listener.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
        eventLoop.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
        if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS) && socketKey.equals(fileKey(socket))) {
            Files.delete(socket);
        }
    }

    private static ServerBootstrap bootstrap(XenStore store, EventLoopGroup eventLoop, ChannelGroup connections) {
        return new ServerBootstrap()
                .group(eventLoop)
                .channel(NioServerDomainSocketChannel.class)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(Outbox.LIMIT_BYTES / 2, Outbox.LIMIT_BYTES))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.pipeline().addLast(packetDecoder(), new StoreChannelHandler(store));
                    }
                });
    }

    private static LengthFieldBasedFrameDecoder packetDecoder() {
        int packetBytesMax = StoreMessage.HEADER_BYTES + StoreMessage.PAYLOAD_BYTES_MAX;
        return new LengthFieldBasedFrameDecoder(
                ByteOrder.LITTLE_ENDIAN, packetBytesMax, StoreMessage.LENGTH_OFFSET, Integer.BYTES, 0, 0, true);
    }

    /** Binds where nobody else can reach, since a socket gets its mode after it is bound, then moves it. */
    private static Channel bind(ServerBootstrap bootstrap, Path socket) throws IOException {
        Path directory = Files.createTempDirectory(socket.toAbsolutePath().getParent(), ".xs");
        try {
            Path unseen = directory.resolve("s");
            Channel listener = bootstrap
                    .bind(UnixDomainSocketAddress.of(unseen))
                    .syncUninterruptibly()
                    .channel();
            Files.setPosixFilePermissions(unseen, PosixFilePermissions.fromString("rw-------"));
            Files.move(unseen, socket, StandardCopyOption.ATOMIC_MOVE);
            return listener;
        } finally {
            Files.deleteIfExists(directory.resolve("s"));
            Files.delete(directory);
        }
    }

    private static void requireUnused(Path socket) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!attributes(socket).isOther()) {
            throw new IOException("there is a file that is no socket: path=" + socket);
        }
        if (answers(socket)) {
            throw new IOException("another server listens on the socket: path=" + socket);
        }
    }

    private static boolean answers(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (ConnectException e) {
            return false;
        }
    }

    private static Object fileKey(Path socket) throws IOException {
        return attributes(socket).fileKey();
    }

    private static BasicFileAttributes attributes(Path socket) throws IOException {
        return Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
