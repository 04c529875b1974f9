// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.backend.QueueContext;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.GrantStatus;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.ring.Activity;
import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Journal;

/**
 * Moves the data of one request between granted pages and the device. Confined to the worker; allocates nothing.
 *
 * <p>Pins are taken after the journal says STARTED and given back after it says DONE: what is in use is derivable from it.
 */
final class BlockTransfer {
    /** Instead of a status: the guest's grants are not what a correct front-end gives. */
    static final int VIOLATION = Integer.MIN_VALUE;

    private static final long DISCARD_BYTES_MAX = 16L << 20;
    private static final int SEGMENTS_A_PAGE = RegionLayout.PAGE_BYTES / BlkifLayout.SEGMENT_BYTES;

    private final Window region;
    private final GrantMap grants;
    private final ControlRegion control;
    private final Journal journal;
    private final BlockDevice device;
    private final DiskFlush flush;
    private final IoVector vector = new IoVector(BlkifLayout.MAX_INDIRECT_SEGMENTS);
    private final int[] pinned = new int[BlkifLayout.MAX_INDIRECT_SEGMENTS];
    private int pinnedCount;
    private boolean pinnedForWriting;
    private String violation;

    BlockTransfer(QueueContext context, BlockDevice device, DiskFlush flush) {
        this.region = context.region();
        this.grants = context.grants();
        this.control = context.control();
        this.journal = context.journal();
        this.device = device;
        this.flush = flush;
    }

    String violation() {
        return violation;
    }

    /** Copies an indirect request's segments out of the guest's pages; bytes, or negative for a {@link #violation}. */
    int copySegments(BlockRequest request, Window destination, long offset) {
        int left = request.segmentCount();
        long at = offset;
        for (int page = 0; left > 0; page++) {
            int frame = grants.validate(request.indirectGref(page), false);
            if (frame < 0) {
                violation = "indirect page " + page + ": " + GrantStatus.name(frame);
                return frame;
            }
            int segments = Math.min(left, SEGMENTS_A_PAGE);
            long bytes = (long) segments * BlkifLayout.SEGMENT_BYTES;
            region.copyTo(RegionLayout.offset(frame), destination, at, bytes);
            at += bytes;
            left -= segments;
        }
        return (int) (at - offset);
    }

    /** Carries out a validated read, write or discard; its blkif status, or {@link #VIOLATION}. */
    int execute(BlockRequest request) {
        long offset = request.sectorNumber() * BlkifLayout.SECTOR_BYTES;
        if (request.operation() == BlkifLayout.DISCARD) {
            return discard(offset, request.discardSectors() * BlkifLayout.SECTOR_BYTES);
        }
        boolean read = request.transfer() == BlkifLayout.READ;
        if (!pin(request, read)) {
            unpin();
            return VIOLATION;
        }
        journal.begin(Activity.DEVICE);
        int result = read ? device.read(offset, vector) : device.write(offset, vector);
        journal.begin(Activity.SERVING);
        return status(result);
    }

    private boolean pin(BlockRequest request, boolean read) {
        vector.clear();
        pinnedForWriting = read;
        for (int i = 0; i < request.segmentCount(); i++) {
            int gref = request.gref(i);
            int frame = grants.pin(gref, read);
            if (frame < 0) {
                violation = "grant " + Integer.toUnsignedString(gref) + ": " + GrantStatus.name(frame);
                return false;
            }
            pinned[pinnedCount++] = gref;
            int first = request.firstSector(i);
            long bytes = (long) (request.lastSector(i) - first + 1) * BlkifLayout.SECTOR_BYTES;
            vector.add(region, RegionLayout.offset(frame) + (long) first * BlkifLayout.SECTOR_BYTES, bytes);
        }
        return true;
    }

    /** Gives back the pages of the last request. */
    void unpin() {
        for (int i = 0; i < pinnedCount; i++) {
            grants.unpin(pinned[i], pinnedForWriting);
        }
        pinnedCount = 0;
    }

    private int discard(long offset, long length) {
        int result = 0;
        journal.begin(Activity.DEVICE);
        for (long done = 0; done < length && result == 0; done += DISCARD_BYTES_MAX) {
            result = device.discard(offset + done, Math.min(length - done, DISCARD_BYTES_MAX));
        }
        journal.begin(Activity.SERVING);
        return result == -Errno.EOPNOTSUPP ? BlkifLayout.EOPNOTSUPP : status(result);
    }

    int flush() {
        journal.begin(Activity.DEVICE);
        int result = flush.flush(control);
        journal.begin(Activity.SERVING);
        return status(result);
    }

    private static int status(int result) {
        return result == 0 ? BlkifLayout.OKAY : BlkifLayout.ERROR;
    }
}
