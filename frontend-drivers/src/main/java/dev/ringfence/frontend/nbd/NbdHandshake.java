// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handshake of one client, fixed newstyle; at its end an {@link NbdConnection} takes this handler's place.
 *
 * <pre>
 *   greeting -> client flags -> option, replies, option, replies ... -> EXPORT_NAME or GO -> transmission
 *                                                                   -> ABORT -> closed
 * </pre>
 */
final class NbdHandshake extends ByteToMessageDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(NbdHandshake.class);
    private static final int OPTION_HEAD_BYTES = 16;
    /** Room for two names of the longest kind and a good many queries. */
    private static final int MAX_OPTION_BYTES = 64 << 10;

    private static final int OFFERED = Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES;

    private final String exportName;
    private final QueueThread thread;
    private final Violations violations;
    private final long timeoutNanos;
    private NbdExport export;
    private Future<?> timeout;
    private boolean greeted;
    private boolean noZeroes;
    private boolean structuredReplies;
    private boolean allocationContext;
    private boolean over;

    NbdHandshake(String exportName, QueueThread thread, Violations violations, long timeoutNanos) {
        this.exportName = exportName;
        this.thread = thread;
        this.violations = violations;
        this.timeoutNanos = timeoutNanos;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        export = new NbdExport(exportName, thread.queueLoop().info());
        timeout = ctx.executor()
                .schedule(() -> punish(ctx, "no export chosen in time"), timeoutNanos, TimeUnit.NANOSECONDS);
        ctx.writeAndFlush(OptionReplies.greeting(ctx.alloc(), OFFERED));
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (over) {
            in.skipBytes(in.readableBytes());
        } else if (!greeted) {
            clientFlags(ctx, in);
        } else if (in.readableBytes() >= OPTION_HEAD_BYTES) {
            option(ctx, in);
        }
    }

    private void clientFlags(ChannelHandlerContext ctx, ByteBuf in) {
        if (in.readableBytes() < 4) {
            return;
        }
        int flags = in.readInt();
        if ((flags & ~OFFERED) != 0) {
            punish(ctx, "client flags 0x" + Integer.toHexString(flags));
        }
        noZeroes = (flags & Nbd.FLAG_NO_ZEROES) != 0;
        greeted = true;
    }

    private void option(ChannelHandlerContext ctx, ByteBuf in) {
        long magic = in.getLong(in.readerIndex());
        long length = in.getUnsignedInt(in.readerIndex() + 12);
        if (magic != Nbd.IHAVEOPT) {
            punish(ctx, "option magic 0x" + Long.toHexString(magic));
        } else if (length > MAX_OPTION_BYTES) {
            punish(ctx, "an option of " + length + " bytes");
        } else if (in.readableBytes() >= OPTION_HEAD_BYTES + length) {
            int option = in.getInt(in.readerIndex() + 8);
            in.skipBytes(OPTION_HEAD_BYTES);
            answer(ctx, option, in.readSlice((int) length));
        }
    }

    private void answer(ChannelHandlerContext ctx, int option, ByteBuf data) {
        if (option == Nbd.OPT_EXPORT_NAME) {
            exportName(ctx, data);
            return;
        }
        OptionReplies replies = new OptionReplies(ctx.alloc(), option);
        switch (option) {
            case Nbd.OPT_ABORT -> replies.ack();
            case Nbd.OPT_LIST -> list(data, replies);
            case Nbd.OPT_STRUCTURED_REPLY -> structuredReply(data, replies);
            case Nbd.OPT_LIST_META_CONTEXT, Nbd.OPT_SET_META_CONTEXT -> metaContext(option, data, replies);
            case Nbd.OPT_INFO, Nbd.OPT_GO -> info(data, replies);
            default -> replies.error(Nbd.REP_ERR_UNSUP, "option " + Integer.toUnsignedString(option));
        }
        boolean go = option == Nbd.OPT_GO && replies.acknowledged();
        ctx.writeAndFlush(replies.encoded());
        if (go) {
            transmit(ctx);
        } else if (option == Nbd.OPT_ABORT) {
            over = true;
            ctx.writeAndFlush(ctx.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void exportName(ChannelHandlerContext ctx, ByteBuf data) {
        String name = data.toString(StandardCharsets.UTF_8);
        if (!export.answersTo(name)) {
            // The option has no other way to say no.
            LOG.info("a client asked for the unknown NBD export \"{}\"", printable(name));
            over = true;
            ctx.close();
            return;
        }
        ctx.writeAndFlush(OptionReplies.exportName(ctx.alloc(), export, noZeroes));
        transmit(ctx);
    }

    private void list(ByteBuf data, OptionReplies replies) {
        if (data.isReadable()) {
            replies.error(Nbd.REP_ERR_INVALID, "LIST takes no data");
        } else {
            replies.server(export.name());
            replies.ack();
        }
    }

    private void structuredReply(ByteBuf data, OptionReplies replies) {
        if (data.isReadable()) {
            replies.error(Nbd.REP_ERR_INVALID, "STRUCTURED_REPLY takes no data");
        } else {
            structuredReplies = true;
            replies.ack();
        }
    }

    private void info(ByteBuf data, OptionReplies replies) {
        InfoQuery query = InfoQuery.parse(data);
        if (query == null) {
            replies.error(Nbd.REP_ERR_INVALID, "malformed");
        } else if (!export.answersTo(query.name())) {
            replies.error(Nbd.REP_ERR_UNKNOWN, "no such export");
        } else {
            replies.export(export);
            replies.blockSize(export);
            if (query.asksForName()) {
                replies.name(export.name());
            }
            replies.ack();
        }
    }

    private void metaContext(int option, ByteBuf data, OptionReplies replies) {
        boolean set = option == Nbd.OPT_SET_META_CONTEXT;
        if (set) {
            allocationContext = false;
        }
        MetaContextQuery query = MetaContextQuery.parse(data);
        if (query == null || !structuredReplies) {
            replies.error(Nbd.REP_ERR_INVALID, query == null ? "malformed" : "structured replies come first");
        } else if (!export.answersTo(query.exportName())) {
            replies.error(Nbd.REP_ERR_UNKNOWN, "no such export");
        } else {
            if (set ? query.selectsAllocation() : query.listsAllocation()) {
                allocationContext |= set;
                replies.metaContext(set ? Nbd.BASE_ALLOCATION_ID : 0, Nbd.BASE_ALLOCATION);
            }
            replies.ack();
        }
    }

    private void transmit(ChannelHandlerContext ctx) {
        ctx.pipeline()
                .replace(
                        this,
                        "transmission",
                        new NbdConnection(export, thread, violations, structuredReplies, allocationContext));
    }

    private void punish(ChannelHandlerContext ctx, String what) {
        over = true;
        violations.punish(ctx.channel(), what);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Violations.fail(ctx.channel(), cause);
    }

    private static String printable(String name) {
        return name.substring(0, Math.min(80, name.length())).replaceAll("\\p{Cntrl}", "?");
    }
}
