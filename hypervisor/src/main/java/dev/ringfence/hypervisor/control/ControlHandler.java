// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request a connection: finds its call, has it made off the event loop, answers, closes. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, which is all there is to do
final class ControlHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(ControlHandler.class);

    private static final String JSON = HttpHeaderValues.APPLICATION_JSON.toString();

    private final MachineControl control;
    private final Executor calls;
    private boolean asked;

    ControlHandler(MachineControl control, Executor calls) {
        this.control = control;
        this.calls = calls;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (asked) {
            return; // pipelined: the answer to the first says "Connection: close"
        }
        asked = true;
        HttpMethod method = request.method();
        QueryStringDecoder query = new QueryStringDecoder(request.uri());
        try {
            if (request.decoderResult().isFailure()) {
                throw new ControlException(400, "not an HTTP request");
            } else if (ControlRoutes.isFollow(method, query)) {
                follow(context);
            } else {
                ControlRoutes.Call call = ControlRoutes.find(method, query);
                calls.execute(() -> answer(context, call));
            }
        } catch (ControlException e) {
            refuse(context, e);
        } catch (RejectedExecutionException e) {
            refuse(context, new ControlException(503, "too many calls at once, or the machine is going down"));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == EventFollower.MACHINE_DOWN && !asked) {
            context.close();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("the other end of a control connection is gone", cause);
        } else {
            LOG.error("closing a control connection", cause);
        }
        context.close();
    }

    private void follow(ChannelHandlerContext context) {
        EventFollower follower = new EventFollower(context.channel());
        context.pipeline().addLast(follower);
        calls.execute(() -> {
            try {
                follower.start(control);
            } catch (RuntimeException e) {
                LOG.error("can't follow the machine's events", e);
                context.close();
            }
        });
    }

    private void answer(ChannelHandlerContext context, ControlRoutes.Call call) {
        try {
            Object body = call.answer(control);
            if (body == null) {
                respond(context, HttpResponseStatus.NO_CONTENT, JSON, "");
            } else if (body instanceof TextPage page) {
                respond(context, HttpResponseStatus.OK, page.contentType(), page.text());
            } else {
                respond(context, HttpResponseStatus.OK, JSON, ControlJson.write(body) + "\n");
            }
        } catch (ControlException e) {
            refuse(context, e);
        } catch (RuntimeException e) {
            LOG.error("a control call failed", e);
            refuse(context, new ControlException(500, "the machine failed to do it: " + e, e));
        }
    }

    private static void refuse(ChannelHandlerContext context, ControlException e) {
        String body = ControlJson.write(Map.of("error", e.getMessage())) + "\n";
        respond(context, HttpResponseStatus.valueOf(e.httpStatus()), JSON, body);
    }

    private static void respond(
            ChannelHandlerContext context, HttpResponseStatus status, String contentType, String body) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (!status.equals(HttpResponseStatus.NO_CONTENT)) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
            response.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        }
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
