// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client in the transmission phase: takes its requests off the socket for as long as there is room for them.
 *
 * <p>It stops reading while a request waits for buffers or ring slots, while the client is slow to read its replies,
 * and while very many requests are under way; so what it holds is bounded, whatever the client does.
 */
final class NbdConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(NbdConnection.class);
    private static final int MAX_REQUESTS = 256;

    private final QueueThread thread;
    private final QueueLoop loop;
    private final Violations violations;
    private final boolean structuredReplies;
    private final boolean allocationContext;
    private final RequestHeader header = new RequestHeader();
    /** Read from the socket and not yet taken; more than one only until reading has been stopped. */
    private final ArrayDeque<ByteBuf> arrived = new ArrayDeque<>();

    private NbdExport export;
    private ChannelHandlerContext ctx;
    private ReplyWriter replies;
    private WriteRequest receiving;
    private NbdError refusal; // of a write whose payload is being skipped
    private long skipping;
    private int requests;
    private int waiting;
    private NbdRequest exclusive;
    private boolean open = true;
    private boolean draining;
    private boolean stopped; // reading the socket
    private boolean resuming;

    NbdConnection(
            NbdExport export,
            QueueThread thread,
            Violations violations,
            boolean structuredReplies,
            boolean allocationContext) {
        this.export = export;
        this.thread = thread;
        this.loop = thread.queueLoop();
        this.violations = violations;
        this.structuredReplies = structuredReplies;
        this.allocationContext = allocationContext;
    }

    // Events of the channel.

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        replies = new ReplyWriter(context, loop, structuredReplies);
        if (!thread.add(this)) {
            close("its queue failed");
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        arrived.addLast((ByteBuf) message);
        take();
        if (arrived.size() > 1 && !stopped) {
            stopped = true;
            context.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        loop.publish();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        resumeLater();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        open = false;
        arrived.forEach(ByteBuf::release);
        arrived.clear();
        replies.close();
        if (receiving != null) {
            receiving.dropWhenIdle();
        }
        thread.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Violations.fail(context.channel(), cause);
    }

    // Taking requests.

    private void take() {
        while (!paused()) {
            ByteBuf in = arrived.peekFirst();
            if (in == null) {
                readOn();
                return;
            }
            if (!in.isReadable()) {
                arrived.pollFirst().release();
            } else if (receiving != null) {
                receive(in);
            } else if (skipping > 0) {
                skip(in);
            } else if (header.read(in)) {
                dispatch();
            }
        }
    }

    private void readOn() {
        if (stopped) {
            stopped = false;
            ctx.channel().config().setAutoRead(true);
        }
    }

    private boolean paused() {
        return waiting > 0
                || exclusive != null
                || requests >= MAX_REQUESTS
                || draining
                || !open
                || !ctx.channel().isWritable();
    }

    private void receive(ByteBuf in) {
        WriteRequest request = receiving;
        request.receive(in);
        if (request.receivedAll()) {
            receiving = null;
        }
    }

    private void skip(ByteBuf in) {
        int count = (int) Math.min(skipping, in.readableBytes());
        in.skipBytes(count);
        skipping -= count;
        if (skipping == 0) {
            replies.status(header.cookie, refusal);
        }
    }

    private void dispatch() {
        if (header.magic != Nbd.REQUEST_MAGIC) {
            punish("request magic 0x" + Integer.toHexString(header.magic));
            return;
        }
        if (header.type == Nbd.CMD_DISC) {
            drain();
            return;
        }
        boolean payload = header.type == Nbd.CMD_WRITE && header.length > 0;
        if (payload && header.length > Nbd.MAX_PAYLOAD_BYTES) {
            punish("a write of " + header.length + " bytes");
            return;
        }
        NbdError error = export().check(header, structuredReplies, allocationContext);
        if (error == null) {
            start();
        } else if (payload) {
            refusal = error;
            skipping = header.length;
        } else {
            replies.status(header.cookie, error);
        }
    }

    /** As the disk is now: it may have changed when its driver reconnected, though the client still sees the old one. */
    private NbdExport export() {
        if (!export.disk().equals(loop.info())) {
            export = new NbdExport(export.name(), loop.info());
        }
        return export;
    }

    private void punish(String what) {
        draining = true;
        violations.punish(ctx.channel(), what);
    }

    private void start() {
        switch (header.type) {
            case Nbd.CMD_READ -> start(loop.reads.take());
            case Nbd.CMD_TRIM -> start(loop.trims.take());
            case Nbd.CMD_WRITE_ZEROES -> start(loop.zeroes.take());
            case Nbd.CMD_FLUSH -> start(loop.flushes.take());
            case Nbd.CMD_WRITE -> startWrite(loop.writes.take());
            case Nbd.CMD_BLOCK_STATUS -> replies.allocated(header.cookie, header.length);
            default -> throw new IllegalStateException("type=" + header.type);
        }
    }

    private void start(NbdRequest request) {
        requests++;
        request.begin(this, header);
        request.proceed();
    }

    private void startWrite(WriteRequest request) {
        if (header.length == 0) {
            start(request);
            return;
        }
        requests++;
        request.begin(this, header);
        receiving = request;
    }

    // What requests tell their connection.

    boolean isOpen() {
        return open;
    }

    boolean structuredReplies() {
        return structuredReplies;
    }

    ReplyWriter replies() {
        return replies;
    }

    void requestWaits() {
        waiting++;
    }

    void requestGoesOn() {
        waiting--;
        resumeLater();
    }

    /** A simple reply in parts needs the connection for itself until it is finished. */
    boolean mayReplyInParts(NbdRequest request) {
        if (!structuredReplies && exclusive == null && requests == 1) {
            exclusive = request;
        }
        return structuredReplies || exclusive == request;
    }

    void finished(NbdRequest request) {
        requests--;
        if (exclusive == request) {
            exclusive = null;
        }
        if (draining) {
            closeWhenIdle();
        } else {
            resumeLater();
        }
    }

    // What the loop tells it.

    private void resumeLater() {
        if (!resuming && !arrived.isEmpty()) {
            resuming = true;
            loop.resumeLater(this);
        }
    }

    void resume() {
        resuming = false;
        take();
    }

    /** Whether it keeps guest buffers for a client that has to do something before they come free. */
    boolean holdsBuffers() {
        return replies.holdsBuffers() || receiving != null && receiving.isFilling() && waiting == 0;
    }

    /** Takes no more requests, and closes once those under way are answered. */
    void drain() {
        draining = true;
        closeWhenIdle();
    }

    private void closeWhenIdle() {
        // A request whose payload is still to come isn't under way.
        if (requests == (receiving == null ? 0 : 1)) {
            replies.flush();
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    void close(String why) {
        draining = true;
        LOG.warn("{}: closing the connection: {}", ctx.channel(), why);
        ctx.close();
    }
}
