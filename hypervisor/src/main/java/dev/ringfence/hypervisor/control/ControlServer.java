// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Serves a machine's {@link MachineControl} on a UNIX socket, to its owner alone. */
public final class ControlServer implements AutoCloseable {
    private static final int REQUEST_BYTES_MAX = 64 << 10;
    private static final int CALLS_AT_ONCE = 4;
    private static final int CALLS_WAITING_MAX = 64;
    private static final long CLOSE_MILLIS_MAX = 2_000;

    private final Path socket;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("control", true), NioIoHandler.newFactory());
    private final ChannelGroup connections = new DefaultChannelGroup("control", loop.next());
    private final ThreadPoolExecutor calls = new ThreadPoolExecutor(
            CALLS_AT_ONCE,
            CALLS_AT_ONCE,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(CALLS_WAITING_MAX),
            new DefaultThreadFactory("control-call", true));
    private final ChannelFuture listener;

    private ControlServer(Path socket, MachineControl control) {
        this.socket = socket;
        calls.allowCoreThreadTimeOut(true);
        listener = new ServerBootstrap()
                .group(loop)
                .channel(NioServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(REQUEST_BYTES_MAX))
                                .addLast(new ControlHandler(control, calls));
                    }
                })
                .bind(UnixDomainSocketAddress.of(socket))
                .awaitUninterruptibly();
    }

    /**
     * @param socket in a directory only its owner can enter; what a dead machine left there is removed, so the caller
     *     must hold the machine's lock
     */
    public static ControlServer start(Path socket, MachineControl control) {
        try {
            Files.deleteIfExists(socket);
            ControlServer server = new ControlServer(socket, control);
            if (!server.listener.isSuccess()) {
                server.close();
                throw new IOException(server.listener.cause());
            }
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            return server;
        } catch (IOException e) {
            throw new ControlException(500, "can't listen on " + socket + ": " + e.getMessage(), e);
        }
    }

    /** Lets running calls finish and followers see the last events, for two seconds at most. */
    @Override
    public void close() {
        listener.channel().close().awaitUninterruptibly();
        calls.shutdown();
        try {
            boolean answered = calls.awaitTermination(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
            connections.forEach(channel -> channel.pipeline().fireUserEventTriggered(EventFollower.MACHINE_DOWN));
            if (answered) {
                connections.newCloseFuture().await(CLOSE_MILLIS_MAX);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connections.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS).awaitUninterruptibly();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new ControlException(500, socket + " can't be removed: " + e.getMessage(), e);
        }
    }
}
