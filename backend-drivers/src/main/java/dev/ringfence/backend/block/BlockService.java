// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.backend.Answers;
import dev.ringfence.backend.Conviction;
import dev.ringfence.backend.Misbehaviour;
import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueMeter;
import dev.ringfence.backend.QueueService;
import dev.ringfence.backend.RequestQueue;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockGeometry;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.protocol.BlockValidation;
import dev.ringfence.protocol.BlockVerdict;
import dev.ringfence.ring.Activity;
import dev.ringfence.ring.Defect;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One queue of a disk: takes a request, journals it, does it, answers it, commits the answer. The numbers in the code are
 * the journal's steps; a successor may find any of them to be the last.
 *
 * <p>Requests are served in order, but for two: a flush waits for what came after it in the same turn, so that one sync
 * answers several; and what overlaps another queue's unfinished request waits for that. Neither is promised an order
 * by blkif, which orders only what has been answered.
 */
final class BlockService implements QueueService {
    private static final int TURN = 32;
    /** Where the ring has what a guest can write, for {@link Defect#COMMIT_POINT_FROM_RING} alone. */
    private static final int RSP_PROD = 8;

    private static final long CONFLICT_NANOS = 20_000;

    private final QueueContext context;
    private final Journal journal;
    private final QueueMeter meter;
    private final BlockGeometry geometry;
    private final BlockRequest request = new BlockRequest();
    private final BlockTransfer transfer;
    private final RangeClaims claims;
    private final PublishPace pace = new PublishPace();
    private final int[] deferred;
    private int deferredCount;
    private final Answers answers;
    private RequestQueue ring;
    private String violation;
    private boolean oneByOne;
    private final List<Conviction> convictions = new ArrayList<>();

    BlockService(
            QueueContext context, BlockDevice device, DiskFlush flush, BlockGeometry geometry, RangeClaims claims) {
        this.context = context;
        this.journal = context.journal();
        this.meter = context.meter();
        this.geometry = geometry;
        this.claims = claims;
        this.transfer = new BlockTransfer(context, device, flush);
        this.deferred = new int[journal.slots()];
        this.answers = new Answers(context);
    }

    @Override
    public void recover(Settlement settlement) {
        int committed = commitPoint();
        meter.resume();
        ring = new XenBlockRing(context.ring(), journal.requestConsumer(), committed);
        if (!Defect.RESPONSES_NOT_REPUBLISHED.isOn()) {
            // What is committed is in its slots: nothing before this index is ever rewritten.
            ring.publish(committed);
        }
        answer(settlement, committed);
        oneByOne = settlement.oneByOne();
        int unfinished = Defect.REPLAY_DROPPED.isOn() ? 0 : settlement.unfinishedCount();
        for (int i = 0; i < unfinished; i++) {
            replay(settlement.unfinished(Defect.REPLAY_REVERSED.isOn() ? unfinished - 1 - i : i));
            answers.publish();
        }
        oneByOne = false;
        if (!Defect.GUEST_NOT_RUNG.isOn()) {
            // The predecessor may have died between publishing and ringing.
            context.ringer().ring();
        }
    }

    private int commitPoint() {
        return Defect.COMMIT_POINT_FROM_RING.isOn()
                ? context.ring().getIntAcquire(RSP_PROD)
                : journal.responseCommitted();
    }

    /** What the predecessor had done and not committed. */
    private void answer(Settlement settlement, int committed) {
        answers.resume(ring::publish, committed + (Defect.DONE_REDONE.isOn() ? 0 : settlement.answeredCount()));
        for (int i = 0; i < settlement.answeredCount(); i++) {
            int entry = settlement.answered(i);
            if (Defect.DONE_REDONE.isOn()) {
                replay(entry);
            } else {
                decode(entry);
                respond(entry);
            }
        }
        answers.publish();
    }

    private void replay(int entry) {
        BlockVerdict verdict = decode(entry);
        if (journal.isConvicted(entry)) {
            convictions.add(
                    new Conviction(operation(), request.sectorNumber(), request.sectors(), journal.attempts(entry)));
            complete(entry, BlkifLayout.ERROR);
            return;
        }
        if (verdict.isAnswer()) {
            complete(entry, verdict.status());
            return;
        }
        while (!execute(entry)) {
            awaitOtherQueue();
        }
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
    public List<Conviction> convictions() {
        return convictions;
    }

    @Override
    public int serve() {
        int taken = takeTurn();
        answers.publish();
        boolean finished = finishDeferred();
        answers.publish();
        if (violation != null) {
            return -1;
        }
        if (!finished && taken == 0) {
            awaitOtherQueue();
        }
        return finished ? taken : Math.max(taken, 1);
    }

    /** It has claimed what this one's next request overlaps, and is inside a system call, perhaps for long. */
    private void awaitOtherQueue() {
        journal.begin(Activity.WAITING);
        LockSupport.parkNanos(CONFLICT_NANOS);
        journal.begin(Activity.SERVING);
    }

    private int takeTurn() {
        int taken = 0;
        while (taken < TURN && violation == null && meter.admits()) {
            int available = ring.available();
            if (available == RequestQueue.OVERFLOW) {
                violation = "request producer ran past the ring";
            } else if (available == 0) {
                break;
            } else {
                taken += takeSome(Math.min(available, TURN - taken));
            }
        }
        return taken;
    }

    private int takeSome(int available) {
        int count = pace.begin(available);
        int taken = 0;
        while (taken < count && meter.admits() && takeNext()) {
            taken++;
        }
        answers.publish();
        pace.end(taken, available);
        return taken;
    }

    /** Step 1. False: the guest broke the protocol. */
    private boolean takeNext() {
        int entry = journal.open();
        long at = journal.requestOffset(entry);
        ring.copyNext(journal.window(), at);
        request.decode(journal.window(), at);
        BlockVerdict verdict = BlockValidation.check(request, geometry);
        int attachmentBytes = 0;
        if (verdict == BlockVerdict.OK && request.isIndirect()) {
            attachmentBytes = transfer.copySegments(request, journal.window(), journal.attachmentOffset(entry));
            if (attachmentBytes < 0) {
                violation = transfer.violation();
                return false;
            }
            request.decodeIndirectSegments(journal.window(), journal.attachmentOffset(entry));
            verdict = BlockValidation.checkSegments(request, geometry);
        }
        if (verdict.isViolation()) {
            violation = verdict.toString();
            return false;
        }
        journal.take(entry, ring.requestBytes(), attachmentBytes);
        ring.advance();
        meter.took(bytes(verdict));
        dispatch(entry, verdict);
        return violation == null;
    }

    /** What the decoded request moves. */
    private long bytes(BlockVerdict verdict) {
        boolean moves = verdict == BlockVerdict.OK && request.transfer() <= BlkifLayout.WRITE;
        return moves ? request.sectors() * BlkifLayout.SECTOR_BYTES : 0;
    }

    private void dispatch(int entry, BlockVerdict verdict) {
        if (verdict.isAnswer()) {
            complete(entry, verdict.status());
        } else if (request.operation() == BlkifLayout.FLUSH_DISKCACHE || !execute(entry)) {
            deferred[deferredCount++] = entry;
        }
    }

    /** Reads a journalled request again, and judges it as before: the journal's copy can't have changed. */
    private BlockVerdict decode(int entry) {
        request.decode(journal.window(), journal.requestOffset(entry));
        BlockVerdict verdict = BlockValidation.check(request, geometry);
        if (verdict == BlockVerdict.OK && request.isIndirect()) {
            request.decodeIndirectSegments(journal.window(), journal.attachmentOffset(entry));
            verdict = BlockValidation.checkSegments(request, geometry);
        }
        return verdict;
    }

    /** What had to wait in this turn; true when nothing is left waiting. */
    private boolean finishDeferred() {
        int left = 0;
        int synced = Integer.MIN_VALUE;
        for (int i = 0; i < deferredCount && violation == null; i++) {
            int entry = deferred[i];
            decode(entry);
            if (request.operation() == BlkifLayout.FLUSH_DISKCACHE) {
                // One sync covers all flushes of the turn: every write they cover was answered before they came.
                journal.start(entry);
                synced = synced == Integer.MIN_VALUE ? transfer.flush() : synced;
                complete(entry, synced);
            } else if (!execute(entry)) {
                deferred[left++] = entry;
            }
        }
        deferredCount = left;
        return left == 0;
    }

    /** Steps 2 and 3 of the decoded request. False: it overlaps an unfinished one of another queue. */
    private boolean execute(int entry) {
        if (request.operation() == BlkifLayout.FLUSH_DISKCACHE) {
            start(entry);
            complete(entry, transfer.flush());
            return true;
        }
        boolean write = request.transfer() != BlkifLayout.READ;
        if (!claims.claim(context.queue(), request.sectorNumber(), request.sectors(), write)) {
            return false;
        }
        start(entry);
        Misbehaviour.actUp();
        int status = transfer.execute(request);
        if (Defect.CLAIM_ENDS_BEFORE_DONE.isOn()) {
            claims.release(context.queue());
        }
        if (status == BlockTransfer.VIOLATION) {
            violation = transfer.violation();
        } else {
            complete(entry, status);
        }
        // Not before the journal has it as done: whoever had come after it would be undone by its replay.
        claims.release(context.queue());
        return true;
    }

    private void start(int entry) {
        if (oneByOne) {
            journal.startAlone(entry);
        } else {
            journal.start(entry);
        }
    }

    /** Step 3; what follows from it waits for {@link Answers#publish}. */
    private void complete(int entry, int status) {
        answers.done(entry, status);
        transfer.unpin();
        respond(entry);
    }

    /** Step 4 of a DONE entry whose request is decoded. */
    private void respond(int entry) {
        if (Defect.COMMITTED_BEFORE_RESPONSE.isOn()) {
            journal.commit(journal.responseIndex(entry) + 1);
        }
        ring.respond(journal.responseIndex(entry), request.id(), request.transfer(), journal.status(entry));
        answers.written(entry);
        count(journal.status(entry));
    }

    private void count(int status) {
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
    public boolean hasWork() {
        return deferredCount > 0 || ring.available() != 0;
    }

    @Override
    public boolean armAndRecheck() {
        return ring.armAndRecheck();
    }

    @Override
    public String violation() {
        return violation;
    }
}
