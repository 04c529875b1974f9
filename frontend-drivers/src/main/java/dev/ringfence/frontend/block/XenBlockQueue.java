// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.memory.Doorbell;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.protocol.BlockResponse;
import dev.ringfence.ring.FrontRing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue over a Xen ring. Its buffers are granted once; a request only names them.
 *
 * <p>No answer is believed: one that a correct back-end would not give breaks the queue, which then fails what is in
 * flight and whatever is submitted later, at the next {@link #poll}. The monitor is there for {@link #resubmit} alone,
 * which the thread of the handshake calls; otherwise one thread at a time uses a queue.
 */
final class XenBlockQueue implements BlockQueue {
    private static final Logger LOG = LoggerFactory.getLogger(XenBlockQueue.class);
    private static final int PAGE_BYTES = 4096;
    private static final BlockResponse NO_RESPONSE = new BlockResponse();

    /** Told once what the driver did to break the queue. */
    @FunctionalInterface
    interface Witness {
        /** @param response as it was copied from the ring at this index; all zeroes when it is the index that is wrong */
        void saw(int index, BlockResponse response, String reason);
    }

    private final String name;
    private final int handle;
    private final QueueMemory memory;
    private final FrontRing ring;
    private final BufferPool pool;
    private final Shadow shadow;
    private final Doorbell.Ringer driver;
    private final Doorbell.Listener doorbell;
    private final Witness witness;
    private final BlockRequest request = new BlockRequest();
    private final BlockResponse response = new BlockResponse();

    private volatile DiskInfo info;
    private volatile String violation;
    private boolean unpublished;
    /** Some submission in flight is in the shadow, but not in the ring. */
    private boolean refusals;

    /**
     * @param name for the log
     * @param handle Xen's virtual-device id
     * @param memory its ring has been initialised
     * @param driver rings at the driver
     * @param doorbell rings here
     * @param witness called by whoever polls
     */
    XenBlockQueue(
            String name,
            int handle,
            DiskInfo info,
            QueueMemory memory,
            Doorbell.Ringer driver,
            Doorbell.Listener doorbell,
            Witness witness) {
        this.name = name;
        this.handle = handle;
        this.memory = memory;
        this.ring = memory.ring();
        this.pool = new BufferPool(memory.pool().window());
        this.shadow = new Shadow(ring.slotCount());
        this.driver = driver;
        this.doorbell = doorbell;
        this.witness = witness;
        accept(info);
    }

    private void accept(DiskInfo offered) {
        info = new DiskInfo(
                offered.bytes(),
                offered.sectorBytes(),
                offered.readOnly(),
                offered.flush(),
                offered.discard(),
                offered.discardGranularityBytes(),
                Math.min(offered.maxTransferBytes(), pool.largestBytes()));
    }

    @Override
    public DiskInfo info() {
        return info;
    }

    @Override
    public GuestBuffer allocate(int bytes) {
        return pool.allocate(bytes);
    }

    @Override
    public void release(GuestBuffer buffer) {
        pool.release((PoolBuffer) buffer);
    }

    @Override
    public boolean read(long offset, GuestBuffer buffer, int length, BlockCompletion completion, long context) {
        return transfer(BlkifLayout.READ, offset, (PoolBuffer) buffer, length, completion, context);
    }

    @Override
    public boolean write(long offset, GuestBuffer buffer, int length, BlockCompletion completion, long context) {
        return transfer(BlkifLayout.WRITE, offset, (PoolBuffer) buffer, length, completion, context);
    }

    private synchronized boolean transfer(
            int operation, long offset, PoolBuffer buffer, int length, BlockCompletion completion, long context) {
        checkRange(offset, length);
        if (length > info.maxTransferBytes() || length > buffer.capacity()) {
            throw new IllegalArgumentException("length=" + length + " capacity=" + buffer.capacity()
                    + " maxTransferBytes=" + info.maxTransferBytes());
        }
        if (buffer.pool() != pool || !buffer.isAllocated()) {
            throw new IllegalArgumentException("not a buffer allocated from this queue: buffer=" + buffer);
        }
        Submission submission = shadow.begin();
        if (submission == null) {
            return false;
        }
        submission.describe(operation, offset / BlkifLayout.SECTOR_BYTES, 0);
        submission.transfers(buffer, length);
        return submit(submission, completion, context);
    }

    @Override
    public synchronized boolean flush(BlockCompletion completion, long context) {
        Submission submission = shadow.begin();
        if (submission == null) {
            return false;
        }
        submission.describe(BlkifLayout.FLUSH_DISKCACHE, 0, 0);
        return submit(submission, completion, context);
    }

    @Override
    public synchronized boolean discard(long offset, long length, BlockCompletion completion, long context) {
        checkRange(offset, length);
        Submission submission = shadow.begin();
        if (submission == null) {
            return false;
        }
        submission.describe(BlkifLayout.DISCARD, offset / BlkifLayout.SECTOR_BYTES, length / BlkifLayout.SECTOR_BYTES);
        return submit(submission, completion, context);
    }

    private void checkRange(long offset, long length) {
        int unit = info.sectorBytes() - 1;
        if (offset < 0 || length <= 0 || offset > info.bytes() - length || ((offset | length) & unit) != 0) {
            throw new IllegalArgumentException("offset=" + offset + " length=" + length + " " + info);
        }
    }

    private boolean submit(Submission submission, BlockCompletion completion, long context) {
        submission.answersTo(completion, context);
        if (violation == null) {
            put(submission);
        }
        return true;
    }

    /** There is room: a slot of the shadow is free for as long as the ring's is. */
    private void put(Submission submission) {
        switch (submission.operation) {
            case BlkifLayout.FLUSH_DISKCACHE:
                request.asFlush(handle, submission.id);
                break;
            case BlkifLayout.DISCARD:
                request.asDiscard(handle, submission.id, submission.sectorNumber, submission.sectors);
                break;
            default:
                putSegments(submission);
                break;
        }
        request.encode(ring.window(), ring.requestOffset());
        ring.advanceRequest();
        unpublished = true;
    }

    private void putSegments(Submission submission) {
        int pages = (submission.length + PAGE_BYTES - 1) / PAGE_BYTES;
        boolean indirect = pages > BlkifLayout.MAX_DIRECT_SEGMENTS;
        if (indirect) {
            request.asIndirect(submission.operation, handle, submission.id, submission.sectorNumber);
        } else {
            request.asDirect(submission.operation, handle, submission.id, submission.sectorNumber);
        }
        int left = submission.length;
        for (int i = 0; i < pages; i++, left -= PAGE_BYTES) {
            int sectors = Math.min(left, PAGE_BYTES) / BlkifLayout.SECTOR_BYTES;
            request.addSegment(memory.pool().ref(submission.buffer.firstPage() + i), 0, sectors - 1);
        }
        if (indirect) {
            request.encodeIndirectSegments(memory.descriptors().window(), (long) submission.slot * PAGE_BYTES);
            request.indirectGref(0, memory.descriptors().ref(submission.slot));
        }
    }

    @Override
    public synchronized void publish() {
        if (unpublished) {
            unpublished = false;
            if (ring.publishRequests()) {
                driver.ring();
            }
        }
    }

    @Override
    public synchronized int poll() {
        int completed = refuse();
        // Bounded: completions may submit, and a quick driver answer, for ever.
        while (violation == null && completed < ring.slotCount() && take()) {
            completed++;
        }
        if (violation != null) {
            for (Submission oldest = shadow.oldest(); oldest != null; oldest = shadow.oldest()) {
                complete(oldest, BlockCompletion.ERROR);
                completed++;
            }
        }
        return completed;
    }

    /** Fails what a reconnected back-end can't do any more. */
    private int refuse() {
        int refused = 0;
        for (Submission first = firstRefused(); first != null; first = firstRefused()) {
            complete(first, BlockCompletion.ERROR);
            refused++;
        }
        refusals = false;
        return refused;
    }

    private Submission firstRefused() {
        Submission submission = refusals ? shadow.oldest() : null;
        while (submission != null && !submission.refused) {
            submission = submission.younger;
        }
        return submission;
    }

    /** Completes one request; false when there is no answer, or none that can be believed. */
    private boolean take() {
        int available = ring.responsesAvailable();
        if (available == 0) {
            return false;
        }
        if (available == FrontRing.OVERFLOW) {
            breakDown(ring.responseIndex(), NO_RESPONSE, "more responses than requests");
            return false;
        }
        int index = ring.responseIndex();
        response.decode(ring.window(), ring.responseOffset());
        ring.advanceResponse();
        Submission submission = shadow.find(response.id());
        if (submission == null) {
            breakDown(index, response, "response to no request in flight: id=" + Long.toHexString(response.id()));
            return false;
        }
        if (response.operation() != submission.operation) {
            breakDown(
                    index,
                    response,
                    "response to another operation: " + response.operation() + " for " + submission.operation);
            return false;
        }
        if (response.status() > BlkifLayout.OKAY || response.status() < BlkifLayout.EOPNOTSUPP) {
            breakDown(index, response, "response with an unknown status: " + response.status());
            return false;
        }
        complete(submission, response.status());
        return true;
    }

    private void complete(Submission submission, int status) {
        BlockCompletion completion = submission.completion;
        long context = submission.context;
        shadow.end(submission);
        completion.completed(context, status);
    }

    /** The disk is gone: what is in flight fails at the next poll, and so does whatever is submitted later. Any thread. */
    void fail(String reason) {
        if (violation == null) {
            violation = reason;
        }
    }

    private void breakDown(int index, BlockResponse answer, String reason) {
        violation = reason;
        witness.saw(index, answer, reason);
        LOG.error("{}: the back-end broke the protocol, its disk is lost: {}", name, reason);
    }

    @Override
    public synchronized boolean arm() {
        return violation == null ? !ring.armAndRecheck() : shadow.inFlight() == 0;
    }

    @Override
    public int doorbellFd() {
        return doorbell.fd();
    }

    /** What the back-end did that broke the queue, or null. Any thread. */
    String violation() {
        return violation;
    }

    QueueMemory memory() {
        return memory;
    }

    /**
     * Empties the ring and puts everything in flight into it again, in the order of submission and with new ids; for a
     * back-end that starts afresh, before it may look. {@link #publish} comes next. Any thread.
     *
     * <p>Repeating is harmless: nobody has been told yet that a request in flight was done.
     *
     * @param offered what the new back-end offers; a transfer that has become too long fails at the next poll
     */
    synchronized void resubmit(DiskInfo offered) {
        if (violation != null) {
            throw new IllegalStateException("queue is broken: name=" + name + " violation=" + violation);
        }
        ring.initialise();
        accept(offered);
        for (Submission submission = shadow.oldest(); submission != null; submission = submission.younger) {
            shadow.renumber(submission);
            submission.refused = submission.length > info.maxTransferBytes();
            if (submission.refused) {
                refusals = true;
            } else {
                put(submission);
            }
        }
    }
}
