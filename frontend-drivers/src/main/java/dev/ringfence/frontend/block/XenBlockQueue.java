// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.frontend.ShadowedQueue;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.protocol.BlockResponse;
import java.util.Optional;

/** A disk's queue over a Xen ring. Its buffers are granted once; a request only names them. */
final class XenBlockQueue extends ShadowedQueue<BlockSubmission> implements BlockQueue {
    /** As {@link ShadowedQueue#review} says it. */
    static final int SEND_AGAIN = AGAIN;

    static final int SEND_LATER = LATER;

    private static final int PAGE_BYTES = 4096;

    private final int handle;
    private final QueueMemory memory;
    private final BufferPool pool;
    private final BlockRequest request = new BlockRequest();
    private final BlockResponse response = new BlockResponse();

    /** Null when the disk has no tags. */
    private final TagCheck tags;

    private volatile DiskInfo info;

    /**
     * @param handle Xen's virtual-device id
     * @param memory its ring is the wiring's
     * @param tags what every read is held against; empty: nothing
     */
    XenBlockQueue(Wiring wiring, int handle, DiskInfo info, QueueMemory memory, Optional<TagCheck> tags) {
        super(wiring, BlockSubmission::new);
        this.tags = tags.orElse(null);
        this.handle = handle;
        this.memory = memory;
        this.pool = new BufferPool(memory.pool().window());
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
        BlockSubmission submission = begin();
        if (submission == null) {
            return false;
        }
        submission.describe(operation, offset / BlkifLayout.SECTOR_BYTES, 0);
        submission.transfers(buffer, length);
        submitTagged(submission, completion, context);
        return true;
    }

    @Override
    public synchronized boolean flush(BlockCompletion completion, long context) {
        BlockSubmission submission = begin();
        if (submission == null) {
            return false;
        }
        submission.describe(BlkifLayout.FLUSH_DISKCACHE, 0, 0);
        submit(submission, completion, context);
        return true;
    }

    @Override
    public synchronized boolean discard(long offset, long length, BlockCompletion completion, long context) {
        checkRange(offset, length);
        BlockSubmission submission = begin();
        if (submission == null) {
            return false;
        }
        submission.describe(BlkifLayout.DISCARD, offset / BlkifLayout.SECTOR_BYTES, length / BlkifLayout.SECTOR_BYTES);
        submitTagged(submission, completion, context);
        return true;
    }

    private void submitTagged(BlockSubmission submission, BlockCompletion completion, long context) {
        if (tags != null) {
            tags.submitted(submission);
        }
        submit(submission, completion, context);
    }

    private void checkRange(long offset, long length) {
        int unit = info.sectorBytes() - 1;
        if (offset < 0 || length <= 0 || offset > info.bytes() - length || ((offset | length) & unit) != 0) {
            throw new IllegalArgumentException("offset=" + offset + " length=" + length + " " + info);
        }
    }

    @Override
    protected void encode(BlockSubmission submission, Window ring, long offset) {
        switch (submission.operation) {
            case BlkifLayout.FLUSH_DISKCACHE:
                request.asFlush(handle, submission.id());
                break;
            case BlkifLayout.DISCARD:
                request.asDiscard(handle, submission.id(), submission.sectorNumber, submission.sectors);
                break;
            default:
                describeSegments(submission);
                break;
        }
        request.encode(ring, offset);
    }

    private void describeSegments(BlockSubmission submission) {
        int pages = (submission.length + PAGE_BYTES - 1) / PAGE_BYTES;
        boolean indirect = pages > BlkifLayout.MAX_DIRECT_SEGMENTS;
        if (indirect) {
            request.asIndirect(submission.operation, handle, submission.id(), submission.sectorNumber);
        } else {
            request.asDirect(submission.operation, handle, submission.id(), submission.sectorNumber);
        }
        int left = submission.length;
        for (int i = 0; i < pages; i++, left -= PAGE_BYTES) {
            int sectors = Math.min(left, PAGE_BYTES) / BlkifLayout.SECTOR_BYTES;
            request.addSegment(memory.pool().ref(submission.buffer.firstPage() + i), 0, sectors - 1);
        }
        if (indirect) {
            request.encodeIndirectSegments(memory.descriptors().window(), (long) submission.slot() * PAGE_BYTES);
            request.indirectGref(0, memory.descriptors().ref(submission.slot()));
        }
    }

    @Override
    protected long decode(Window ring, long offset) {
        response.decode(ring, offset);
        return response.id();
    }

    @Override
    protected String objection(BlockSubmission submission) {
        if (response.operation() != submission.operation) {
            return "response to another operation: " + response.operation() + " for " + submission.operation;
        }
        if (response.status() > BlkifLayout.OKAY || response.status() < BlkifLayout.EOPNOTSUPP) {
            return "response with an unknown status: " + response.status();
        }
        return null;
    }

    @Override
    protected int operation() {
        return response.operation();
    }

    @Override
    protected int status() {
        return response.status();
    }

    @Override
    protected int failure() {
        return BlockCompletion.ERROR;
    }

    @Override
    protected int review(BlockSubmission submission, int status) {
        return tags == null ? status : tags.review(submission, status);
    }

    @Override
    protected void held(BlockSubmission submission) {
        tags.report(submission, this::release);
    }

    @Override
    protected void finish(BlockSubmission submission, int status) {
        if (tags != null) {
            tags.ended(submission, status);
        }
    }

    @Override
    protected boolean isBeyond(BlockSubmission submission) {
        return submission.length > info.maxTransferBytes();
    }

    QueueMemory memory() {
        return memory;
    }

    /**
     * As {@link #resubmit()}.
     *
     * @param offered what the new back-end offers; a transfer that has become too long fails at the next poll
     */
    synchronized void resubmit(DiskInfo offered) {
        if (violation() == null) {
            accept(offered);
        }
        resubmit();
    }
}
