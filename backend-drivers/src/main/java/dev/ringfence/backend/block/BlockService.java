// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.backend.Conviction;
import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.RequestQueue;
import dev.ringfence.backend.RequestService;
import dev.ringfence.backend.XenRing;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockGeometry;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.protocol.BlockResponse;
import dev.ringfence.protocol.BlockValidation;
import dev.ringfence.protocol.BlockVerdict;
import dev.ringfence.ring.Defect;

/**
 * One queue of a disk: what its requests are, and how they are done. When, is {@link RequestService}'s.
 *
 * <p>A flush waits for what came after it in the same turn, so that one sync answers several; and what overlaps another queue's
 * unfinished request waits for that. Neither is promised an order by blkif, which orders only what has been answered.
 */
final class BlockService extends RequestService {
    /** No flush of this turn has been done: no status is as low. */
    private static final int NOT_SYNCED = Integer.MIN_VALUE;

    private final BlockGeometry geometry;
    private final BlockRequest request = new BlockRequest();
    private final BlockTransfer transfer;
    private final RangeClaims claims;
    private BlockVerdict verdict;
    private int synced = NOT_SYNCED;

    BlockService(
            QueueContext context, BlockDevice device, DiskFlush flush, BlockGeometry geometry, RangeClaims claims) {
        super(context);
        this.geometry = geometry;
        this.claims = claims;
        this.transfer = new BlockTransfer(context, device, flush);
    }

    @Override
    protected RequestQueue attach(int requestConsumer, int responseCommitted) {
        return new XenRing(
                context.ring(), BlkifLayout.REQUEST_BYTES, BlockResponse::encode, requestConsumer, responseCommitted);
    }

    @Override
    protected int fetch(int entry) {
        request.decode(journal.window(), journal.requestOffset(entry));
        verdict = BlockValidation.check(request, geometry);
        int attachmentBytes = 0;
        if (verdict == BlockVerdict.OK && request.isIndirect()) {
            attachmentBytes = transfer.copySegments(request, journal.window(), journal.attachmentOffset(entry));
            if (attachmentBytes < 0) {
                violate(transfer.violation());
                return VIOLATION;
            }
            decodeSegments(entry);
        }
        if (verdict.isViolation()) {
            violate(verdict.toString());
            return VIOLATION;
        }
        return attachmentBytes;
    }

    @Override
    protected void decode(int entry) {
        request.decode(journal.window(), journal.requestOffset(entry));
        verdict = BlockValidation.check(request, geometry);
        if (verdict == BlockVerdict.OK && request.isIndirect()) {
            decodeSegments(entry);
        }
    }

    private void decodeSegments(int entry) {
        request.decodeIndirectSegments(journal.window(), journal.attachmentOffset(entry));
        verdict = BlockValidation.checkSegments(request, geometry);
    }

    @Override
    protected int verdict() {
        return verdict.isAnswer() ? verdict.status() : DO;
    }

    @Override
    protected long bytes() {
        boolean moves = verdict == BlockVerdict.OK && request.transfer() <= BlkifLayout.WRITE;
        return moves ? request.sectors() * BlkifLayout.SECTOR_BYTES : 0;
    }

    @Override
    protected boolean waits() {
        return isFlush();
    }

    private boolean isFlush() {
        return request.operation() == BlkifLayout.FLUSH_DISKCACHE;
    }

    @Override
    protected void beginSharing() {
        synced = NOT_SYNCED;
    }

    @Override
    protected boolean claim() {
        boolean write = request.transfer() != BlkifLayout.READ;
        return isFlush() || claims.claim(context.queue(), request.sectorNumber(), request.sectors(), write);
    }

    @Override
    protected void release() {
        claims.release(context.queue());
    }

    @Override
    protected int perform() {
        if (isFlush()) {
            // One sync covers all flushes of the turn: every write they cover was answered before they came.
            synced = synced == NOT_SYNCED ? transfer.flush() : synced;
            return synced;
        }
        int status = transfer.execute(request);
        if (Defect.CLAIM_ENDS_BEFORE_DONE.isOn()) {
            release();
        }
        if (status == BlockTransfer.VIOLATION) {
            violate(transfer.violation());
            return VIOLATION;
        }
        return status;
    }

    @Override
    protected void unpin() {
        transfer.unpin();
    }

    @Override
    protected void respond(RequestQueue into, int index, int status) {
        into.respond(index, request.id(), request.transfer(), status);
    }

    @Override
    protected void count(int status) {
        long bytes = status == BlkifLayout.OKAY ? request.sectors() * BlkifLayout.SECTOR_BYTES : 0;
        switch (request.transfer()) {
            case BlkifLayout.READ -> meter.read(bytes);
            case BlkifLayout.WRITE -> meter.wrote(bytes);
            case BlkifLayout.FLUSH_DISKCACHE -> meter.flushed();
            case BlkifLayout.DISCARD -> meter.discarded();
            default -> {
                // an operation we don't have: its error is all there is
            }
        }
        if (status != BlkifLayout.OKAY) {
            meter.failed();
        }
    }

    @Override
    protected Conviction convict(int attempts) {
        return new Conviction(operation(), request.sectorNumber(), request.sectors(), attempts);
    }

    private String operation() {
        return switch (request.transfer()) {
            case BlkifLayout.READ -> "read";
            case BlkifLayout.WRITE -> "write";
            case BlkifLayout.FLUSH_DISKCACHE -> "flush";
            case BlkifLayout.DISCARD -> "discard";
            default -> "operation " + request.transfer();
        };
    }

    @Override
    protected int failure() {
        return BlkifLayout.ERROR;
    }
}
