// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Talks to a running machine. Every call blocks and throws {@link ControlException}: with the machine's own status and
 * words, 503 when no machine answers, 504 when it takes longer than a minute.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, which ends the answer
public final class ControlClient implements AutoCloseable {
    private static final long CALL_SECONDS_MAX = 60;

    private final MachineDirectory directory;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("control", true), NioIoHandler.newFactory());

    public ControlClient(MachineDirectory directory) {
        this.directory = directory;
    }

    public MachineStatus status() {
        return ControlJson.read(call(HttpMethod.GET, "/v1/machine"), MachineStatus.class);
    }

    public void kill(String domain, KillMethod how) {
        call(HttpMethod.POST, "/v1/domains/" + encoded(domain) + "/kill?how=" + how.word());
    }

    public void restart(String domain, RestartRequest request) {
        StringBuilder query = new StringBuilder("?upgrade=").append(request.upgrade());
        request.classPath().forEach(path -> query.append("&classPath=").append(encoded(path.toString())));
        call(HttpMethod.POST, "/v1/domains/" + encoded(domain) + "/restart" + query);
    }

    public void attach(String guest, String device) {
        call(HttpMethod.POST, "/v1/guests/" + encoded(guest) + "/devices/" + encoded(device) + "/attach");
    }

    public void detach(String guest, String device) {
        call(HttpMethod.POST, "/v1/guests/" + encoded(guest) + "/devices/" + encoded(device) + "/detach");
    }

    public void shutdown() {
        call(HttpMethod.POST, "/v1/shutdown");
    }

    public List<MachineEvent> recentEvents() {
        return ControlJson.readList(call(HttpMethod.GET, "/v1/events"), MachineEvent.class);
    }

    /**
     * Passes on the recent events, then each later one as it happens; returns once the machine is down, or the listener
     * has answered false: it wants no more.
     */
    public void follow(Predicate<MachineEvent> listener) {
        Answer answer = new Answer(line -> listener.test(ControlJson.read(line, MachineEvent.class)));
        Channel channel = request(HttpMethod.GET, "/v1/events?follow=true", answer);
        await(channel, answer.ended());
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private String call(HttpMethod method, String uri) {
        StringBuilder body = new StringBuilder();
        Answer answer = new Answer(line -> {
            body.append(line);
            return true;
        });
        await(request(method, uri, answer), answer.ended().orTimeout(CALL_SECONDS_MAX, TimeUnit.SECONDS));
        return body.toString();
    }

    private void await(Channel channel, Future<Void> ended) {
        try {
            ended.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlException(500, "interrupted while waiting for the machine", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            channel.close();
        }
    }

    private Channel request(HttpMethod method, String uri, ChannelHandler reader) {
        ChannelFuture connected = new Bootstrap()
                .group(loop)
                .channel(NioDomainSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec()).addLast(reader);
                    }
                })
                .connect(UnixDomainSocketAddress.of(directory.controlSocket()))
                .awaitUninterruptibly();
        if (!connected.isSuccess()) {
            throw new ControlException(503, absence(), connected.cause());
        }
        HttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, uri);
        request.headers().set(HttpHeaderNames.HOST, "machine");
        connected.channel().writeAndFlush(request);
        return connected.channel();
    }

    private String absence() {
        String machine = "machine \"" + directory.machine() + "\"";
        return directory.isOrphaned()
                ? machine + " runs without its hypervisor: its domains go on, but nobody can be asked; take them over"
                        + " with: ringfence up FILE --adopt, or end them with: ringfence down"
                : machine + " is not running: nothing answers at " + directory.controlSocket()
                        + "; start it with: ringfence up FILE";
    }

    private ControlException failure(Throwable cause) {
        if (cause instanceof ControlException refused) {
            return refused;
        } else if (cause instanceof TimeoutException) {
            String message = " has not answered for " + CALL_SECONDS_MAX + " s";
            return new ControlException(504, "machine \"" + directory.machine() + "\"" + message, cause);
        }
        return new ControlException(502, "the machine broke off: " + cause.getMessage(), cause);
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
