// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each new client to the queue that has the fewest. */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final int MAX_CONNECTIONS = 128;
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(256 << 10, 1 << 20);

    private final String exportName;
    private final List<QueueThread> threads;
    private final ChannelGroup clients;
    private final Violations violations;
    private final NbdTuning tuning;

    Acceptor(
            String exportName,
            List<QueueThread> threads,
            ChannelGroup clients,
            Violations violations,
            NbdTuning tuning) {
        this.exportName = exportName;
        this.threads = threads;
        this.clients = clients;
        this.violations = violations;
        this.tuning = tuning;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel client = (Channel) message;
        if (clients.size() >= MAX_CONNECTIONS) {
            LOG.warn("refusing an NBD client: {} are connected", MAX_CONNECTIONS);
            client.unsafe().closeForcibly();
            return;
        }
        QueueThread thread = threads.stream()
                .min(Comparator.comparingInt(candidate -> candidate.channels().get()))
                .orElseThrow();
        configure(client.config(), thread);
        client.pipeline()
                .addLast(
                        "handshake",
                        new NbdHandshake(
                                exportName,
                                thread,
                                violations,
                                tuning.handshake().toNanos()));
        clients.add(client);
        thread.channels().incrementAndGet();
        client.closeFuture().addListener(closed -> thread.channels().decrementAndGet());
        thread.eventLoop().register(client).addListener(registered -> {
            if (!registered.isSuccess()) {
                LOG.warn("dropping an NBD client", registered.cause());
                client.unsafe().closeForcibly();
            }
        });
    }

    private static void configure(ChannelConfig config, QueueThread thread) {
        config.setOption(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        config.setOption(ChannelOption.TCP_NODELAY, true);
        config.setWriteBufferWaterMark(WATER_MARK);
        config.setRecvByteBufAllocator(new ReceiveBuffers(thread.queueLoop()));
    }

    /** Accepting failed, as it does when descriptors run out: not at once again. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.warn("can't accept NBD clients; trying again in a second", cause);
        ChannelConfig config = ctx.channel().config();
        config.setAutoRead(false);
        ctx.executor().schedule(() -> config.setAutoRead(true), 1, TimeUnit.SECONDS);
    }
}
