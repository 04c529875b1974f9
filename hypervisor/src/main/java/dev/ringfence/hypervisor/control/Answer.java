// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Reads a machine's answer: line by line while it comes, or an error as a whole. */
final class Answer extends SimpleChannelInboundHandler<HttpObject> {
    private final Predicate<String> lines;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private HttpResponseStatus status = HttpResponseStatus.OK;

    /**
     * @param lines called on the event loop; may block, which slows the machine's sending down and nothing else. False:
     *     no more lines are wanted
     */
    Answer(Predicate<String> lines) {
        this.lines = lines;
    }

    /** Completes at the answer's end; exceptionally with a {@link ControlException} when it is an error. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (part instanceof HttpResponse head) {
            status = head.status();
        }
        if (part instanceof HttpContent content) {
            append(content.content());
        }
        if (part instanceof LastHttpContent) {
            endLine();
            ended.complete(null);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended.completeExceptionally(new ControlException(502, "the machine broke off in the middle of its answer"));
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ended.completeExceptionally(cause);
    }

    private void append(ByteBuf bytes) {
        while (bytes.isReadable()) {
            byte next = bytes.readByte();
            if (next == '\n') {
                endLine();
            } else {
                line.write(next);
            }
        }
    }

    private void endLine() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (text.isEmpty() || ended.isDone()) {
            return;
        } else if (status.code() < 300) {
            if (!lines.test(text)) {
                ended.complete(null);
            }
        } else {
            String error = ControlJson.read(text, JsonNode.class).path("error").asText(status.toString());
            ended.completeExceptionally(new ControlException(status.code(), error));
        }
    }
}
