// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * One reader of the event stream. Events wait here for a reader that is slow; when too many do, further ones are
 * dropped, and an "events-dropped" line tells how many. So no reader can hold up the machine or fill its memory.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, which ends the subscription
final class EventFollower extends ChannelInboundHandlerAdapter {
    /** A user event: the machine is down, no more events will come. */
    static final Object MACHINE_DOWN = new Object();

    static final int PENDING_MAX = 1024;

    private final Channel channel;
    private boolean machineDown; // the event loop's own

    // guarded by this
    private final Queue<MachineEvent> pending = new ArrayDeque<>();
    private final Set<MachineEvent> replayed = new HashSet<>();
    private MachineControl.Subscription subscription;
    private boolean started;
    private boolean closed;
    private boolean drainScheduled;
    private long dropped;

    EventFollower(Channel channel) {
        this.channel = channel;
    }

    /** Sends the recent events, then every later one, each once. May block. */
    void start(MachineControl control) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/x-ndjson");
        head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        channel.writeAndFlush(head);
        subscribed(control.subscribe(this::offer));
        replay(control.recentEvents());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        // not at once: this may come from within the write of a part of a chunk
        scheduleDrain();
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        unsubscribe();
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == MACHINE_DOWN) {
            machineDown = true;
            unsubscribe();
            drain();
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
        }
        context.fireUserEventTriggered(event);
    }

    private synchronized void offer(MachineEvent event) {
        if (replayed.remove(event)) {
            return;
        }
        // once one is dropped, so are those after it, until the reader has seen where the gap is
        if (dropped > 0 || pending.size() >= PENDING_MAX) {
            dropped++;
        } else {
            pending.add(event);
        }
        scheduleDrain();
    }

    /** The recent events go before those that came in since the subscription, which may be among them. */
    private synchronized void replay(List<MachineEvent> recent) {
        replayed.addAll(recent);
        List<MachineEvent> since =
                pending.stream().filter(event -> !replayed.remove(event)).toList();
        pending.clear();
        pending.addAll(recent);
        pending.addAll(since);
        started = true;
        scheduleDrain();
    }

    private synchronized void scheduleDrain() {
        if (started && !drainScheduled) {
            drainScheduled = true;
            channel.eventLoop().execute(this::drain);
        }
    }

    private void drain() {
        synchronized (this) {
            drainScheduled = false;
        }
        while (channel.isWritable() || machineDown) {
            MachineEvent event = next();
            if (event == null) {
                break;
            }
            ByteBuf line = Unpooled.copiedBuffer(ControlJson.write(event) + "\n", StandardCharsets.UTF_8);
            channel.write(new DefaultHttpContent(line));
        }
        channel.flush();
    }

    private synchronized MachineEvent next() {
        MachineEvent event = started ? pending.poll() : null;
        if (event == null && dropped > 0) {
            String message = dropped + " events dropped: this reader is too slow";
            event = new MachineEvent(Instant.now(), "events-dropped", "", message, Map.of("dropped", dropped));
            dropped = 0;
        }
        return event;
    }

    private synchronized void subscribed(MachineControl.Subscription opened) {
        subscription = opened;
        if (closed) {
            opened.close(); // the reader left in between
        }
    }

    private synchronized void unsubscribe() {
        if (subscription != null && !closed) {
            subscription.close();
        }
        closed = true;
    }
}
