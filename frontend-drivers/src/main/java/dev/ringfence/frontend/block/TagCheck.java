// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.frontend.ShadowedQueue;
import dev.ringfence.protocol.BlkifLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One queue's use of its disk's {@link SectorTags}. A read that brought wrong data is sent again, since something may have gone
 * wrong on the way; then the hypervisor is told, which may replace the driver; then it is sent again, and fails if that did not
 * help. With the queue's monitor held, but for its making.
 */
final class TagCheck {
    private static final Logger LOG = LoggerFactory.getLogger(TagCheck.class);

    private static final int SENT_AGAIN_AT_ONCE = 1;
    private static final int REPORTED = 2;

    private final String disk;
    private final SectorTags tags;
    private final int sectorBytes;
    private final SectorSums sums;
    private final Complaint complaint;

    /** Where wrong data is reported. */
    @FunctionalInterface
    interface Complaint {
        /**
         * Does not wait.
         *
         * @param sector of the disk's own size, where a read was wrong twice
         * @param heard run on any thread when the hypervisor has done what it will
         */
        void file(long sector, Runnable heard);
    }

    /** @param tags shared with the disk's other queues */
    TagCheck(String disk, SectorTags tags, DiskInfo info, int mostBytes, Complaint complaint) {
        this.disk = disk;
        this.tags = tags;
        this.sectorBytes = info.sectorBytes();
        this.sums = new SectorSums(sectorBytes, mostBytes / sectorBytes);
        this.complaint = complaint;
    }

    /** Before the request is in the ring. */
    void submitted(BlockSubmission submission) {
        long sector = sector(submission);
        submission.wrongAnswers = 0;
        switch (submission.operation) {
            case BlkifLayout.READ -> tags.reading(submission.tagged, sector, sectors(submission));
            case BlkifLayout.WRITE -> tags.writing(submission.tagged, sector, sectors(submission), sums(submission));
            case BlkifLayout.DISCARD ->
                tags.discarding(submission.tagged, sector, submission.sectors * BlkifLayout.SECTOR_BYTES / sectorBytes);
            default -> {
                // A flush changes nothing.
            }
        }
    }

    private long sector(BlockSubmission submission) {
        return submission.sectorNumber * BlkifLayout.SECTOR_BYTES / sectorBytes;
    }

    private int sectors(BlockSubmission submission) {
        return submission.length / sectorBytes;
    }

    private int[] sums(BlockSubmission submission) {
        return sums.of(submission.buffer.view(), 0, sectors(submission));
    }

    /** As {@link ShadowedQueue#review}. */
    int review(BlockSubmission submission, int status) {
        if (submission.operation != BlkifLayout.READ || status != BlockCompletion.OKAY) {
            return status;
        }
        long wrong = tags.check(submission.tagged, sums(submission));
        if (wrong < 0) {
            return status;
        }
        submission.wrongSector = wrong;
        submission.wrongAnswers++;
        return switch (submission.wrongAnswers) {
            case SENT_AGAIN_AT_ONCE -> XenBlockQueue.SEND_AGAIN;
            case REPORTED -> XenBlockQueue.SEND_LATER;
            default -> {
                LOG.error("{}: sector {} does not hold what was written", disk, wrong);
                yield BlockCompletion.ERROR;
            }
        };
    }

    /** The read was wrong twice. */
    void report(BlockSubmission submission, Runnable heard) {
        complaint.file(submission.wrongSector, heard);
    }

    /** Its caller is about to be told. */
    void ended(BlockSubmission submission, int status) {
        if (submission.operation == BlkifLayout.WRITE || submission.operation == BlkifLayout.DISCARD) {
            tags.ended(submission.tagged, status == BlockCompletion.OKAY);
        }
    }
}
