// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of the {@link StoreServer}: a session of Domain 0. */
final class StoreChannelHandler extends SimpleChannelInboundHandler<ByteBuf> {
    private static final Logger LOG = LoggerFactory.getLogger(StoreChannelHandler.class);

    private final XenStore store;
    private StoreSession session;

    StoreChannelHandler(XenStore store) {
        this.store = store;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Channel channel = context.channel();
        // On the event loop, so that packets from different threads keep their order.
        session = store.connect(0, packet -> write(channel, packet), channel.eventLoop());
        session.onEnd(channel::close);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf packet) {
        session.receive(ByteBufUtil.getBytes(packet));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("A store client went away: {}", cause.toString());
            session.close();
        } else {
            session.fail(cause.toString());
        }
    }

    private void write(Channel channel, byte[] packet) {
        if (channel.isWritable()) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(packet), channel.voidPromise());
        } else {
            session.fail("its reader is more than " + Outbox.LIMIT_BYTES + " bytes behind");
        }
    }
}
