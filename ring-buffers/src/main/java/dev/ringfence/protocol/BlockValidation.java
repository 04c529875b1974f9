// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static dev.ringfence.protocol.BlkifLayout.MAX_DIRECT_SEGMENTS;
import static dev.ringfence.protocol.BlkifLayout.SECTORS_PER_PAGE;
import static dev.ringfence.protocol.BlkifLayout.SECTOR_BYTES;

/**
 * Judges a decoded request against a disk, allocating nothing.
 *
 * <table>
 *   <caption>Checked in this order; the first that applies decides</caption>
 *   <tr><th>request</th><th>condition</th><th>verdict</th></tr>
 *   <tr><td>any</td><td>operation not known</td><td>EOPNOTSUPP</td></tr>
 *   <tr><td>barrier</td><td>always: never advertised</td><td>EOPNOTSUPP</td></tr>
 *   <tr><td>indirect</td><td>not advertised</td><td>EOPNOTSUPP</td></tr>
 *   <tr><td>indirect</td><td>of an indirect, or of anything but read or write</td><td>violation</td></tr>
 *   <tr><td>direct, indirect</td><td>more segments than 11, than advertised</td><td>violation</td></tr>
 *   <tr><td>read, write</td><td>no segments</td><td>violation</td></tr>
 *   <tr><td>write</td><td>disk is read-only</td><td>ERROR</td></tr>
 *   <tr><td>read, write</td><td>last_sect 8 or more, first_sect after last_sect</td><td>violation</td></tr>
 *   <tr><td>read, write</td><td>sector_number or a segment not in whole sectors of the disk</td><td>violation</td></tr>
 *   <tr><td>flush</td><td>disk has no cache to flush</td><td>EOPNOTSUPP</td></tr>
 *   <tr><td>flush</td><td>carries segments</td><td>ERROR</td></tr>
 *   <tr><td>discard</td><td>not supported; any flag (no secure erase)</td><td>EOPNOTSUPP</td></tr>
 *   <tr><td>discard</td><td>disk is read-only; of no sectors</td><td>ERROR</td></tr>
 *   <tr><td>discard</td><td>not in whole sectors of the disk</td><td>violation</td></tr>
 *   <tr><td>read, write, discard</td><td>sector_number + length beyond 64 bits</td><td>violation</td></tr>
 *   <tr><td>read, write, discard</td><td>past the end of the disk</td><td>ERROR</td></tr>
 * </table>
 *
 * <p>Any id is fine, one already in flight too: a response names no slot. The handle is not looked at, as in Xen: the
 * ring already says which disk is meant. Grant references are judged where they are used.
 */
public final class BlockValidation {
    private BlockValidation() {}

    /** All that can be said before an indirect request's segments are read; the whole verdict for any other request. */
    public static BlockVerdict check(BlockRequest request, BlockGeometry disk) {
        switch (request.operation()) {
            case BlkifLayout.READ:
            case BlkifLayout.WRITE:
                BlockVerdict verdict = checkTransfer(request, disk, MAX_DIRECT_SEGMENTS);
                return verdict == BlockVerdict.OK ? checkSegments(request, disk) : verdict;
            case BlkifLayout.INDIRECT:
                return checkIndirect(request, disk);
            case BlkifLayout.FLUSH_DISKCACHE:
                return checkFlush(request, disk);
            case BlkifLayout.DISCARD:
                return checkDiscard(request, disk);
            case BlkifLayout.WRITE_BARRIER:
                return BlockVerdict.BARRIER;
            default:
                return BlockVerdict.UNKNOWN_OPERATION;
        }
    }

    private static BlockVerdict checkIndirect(BlockRequest request, BlockGeometry disk) {
        if (disk.maxIndirectSegments() == 0) {
            return BlockVerdict.INDIRECT_UNSUPPORTED;
        }
        int transfer = request.transfer();
        if (transfer == BlkifLayout.INDIRECT) {
            return BlockVerdict.NESTED_INDIRECT;
        }
        if (transfer != BlkifLayout.READ && transfer != BlkifLayout.WRITE) {
            return BlockVerdict.INDIRECT_WITHOUT_TRANSFER;
        }
        return checkTransfer(request, disk, disk.maxIndirectSegments());
    }

    private static BlockVerdict checkTransfer(BlockRequest request, BlockGeometry disk, int maxSegments) {
        if (request.segmentCount() > maxSegments) {
            return BlockVerdict.TOO_MANY_SEGMENTS;
        }
        if (request.segmentCount() == 0) {
            return BlockVerdict.NO_SEGMENTS;
        }
        if (disk.readOnly() && request.transfer() == BlkifLayout.WRITE) {
            return BlockVerdict.READ_ONLY;
        }
        return BlockVerdict.OK;
    }

    /** The rest of the verdict on an indirect request that {@link #check} let pass, once its segments are decoded. */
    public static BlockVerdict checkSegments(BlockRequest request, BlockGeometry disk) {
        int alignment = disk.sectorBytes() / SECTOR_BYTES - 1;
        long sectors = 0;
        for (int i = 0; i < request.segmentCount(); i++) {
            int first = request.firstSector(i);
            int last = request.lastSector(i);
            if (last >= SECTORS_PER_PAGE) {
                return BlockVerdict.SEGMENT_OUTSIDE_PAGE;
            }
            if (first > last) {
                return BlockVerdict.SEGMENT_BACKWARDS;
            }
            if (((first | last + 1) & alignment) != 0) {
                return BlockVerdict.MISALIGNED;
            }
            sectors += last - first + 1;
        }
        return checkRange(request.sectorNumber(), sectors, disk);
    }

    private static BlockVerdict checkFlush(BlockRequest request, BlockGeometry disk) {
        if (request.segmentCount() > MAX_DIRECT_SEGMENTS) {
            return BlockVerdict.TOO_MANY_SEGMENTS;
        }
        if (!disk.flush()) {
            return BlockVerdict.FLUSH_UNSUPPORTED;
        }
        return request.segmentCount() == 0 ? BlockVerdict.OK : BlockVerdict.FLUSH_WITH_DATA;
    }

    private static BlockVerdict checkDiscard(BlockRequest request, BlockGeometry disk) {
        if (!disk.discard()) {
            return BlockVerdict.DISCARD_UNSUPPORTED;
        }
        if (request.discardFlag() != 0) {
            return BlockVerdict.DISCARD_FLAG_UNSUPPORTED;
        }
        if (disk.readOnly()) {
            return BlockVerdict.READ_ONLY;
        }
        if (request.discardSectors() == 0) {
            return BlockVerdict.EMPTY_DISCARD;
        }
        return checkRange(request.sectorNumber(), request.discardSectors(), disk);
    }

    private static BlockVerdict checkRange(long first, long sectors, BlockGeometry disk) {
        int alignment = disk.sectorBytes() / SECTOR_BYTES - 1;
        if (((first | sectors) & alignment) != 0) {
            return BlockVerdict.MISALIGNED;
        }
        long end = first + sectors;
        if (Long.compareUnsigned(end, first) < 0) {
            return BlockVerdict.SECTOR_OVERFLOW;
        }
        return Long.compareUnsigned(end, disk.sectors()) <= 0 ? BlockVerdict.OK : BlockVerdict.PAST_THE_END;
    }
}
