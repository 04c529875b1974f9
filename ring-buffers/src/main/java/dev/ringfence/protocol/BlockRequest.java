// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static dev.ringfence.protocol.BlkifLayout.DISCARD;
import static dev.ringfence.protocol.BlkifLayout.DISCARD_FLAG;
import static dev.ringfence.protocol.BlkifLayout.DISCARD_NR_SECTORS;
import static dev.ringfence.protocol.BlkifLayout.FLUSH_DISKCACHE;
import static dev.ringfence.protocol.BlkifLayout.HANDLE;
import static dev.ringfence.protocol.BlkifLayout.ID;
import static dev.ringfence.protocol.BlkifLayout.INDIRECT;
import static dev.ringfence.protocol.BlkifLayout.INDIRECT_GREFS;
import static dev.ringfence.protocol.BlkifLayout.INDIRECT_HANDLE;
import static dev.ringfence.protocol.BlkifLayout.INDIRECT_NR_SEGMENTS;
import static dev.ringfence.protocol.BlkifLayout.INDIRECT_OPERATION;
import static dev.ringfence.protocol.BlkifLayout.MAX_DIRECT_SEGMENTS;
import static dev.ringfence.protocol.BlkifLayout.MAX_INDIRECT_PAGES;
import static dev.ringfence.protocol.BlkifLayout.MAX_INDIRECT_SEGMENTS;
import static dev.ringfence.protocol.BlkifLayout.NR_SEGMENTS;
import static dev.ringfence.protocol.BlkifLayout.OPERATION;
import static dev.ringfence.protocol.BlkifLayout.SECTOR_NUMBER;
import static dev.ringfence.protocol.BlkifLayout.SEGMENTS;
import static dev.ringfence.protocol.BlkifLayout.SEGMENT_BYTES;

import dev.ringfence.memory.Window;

/**
 * A block request in private memory: decoded from a ring slot or from a copy of one, or made to be encoded into one.
 *
 * <p>Reusable: every {@code decode} and every {@code as...} starts afresh and allocates nothing. Decoding reads each byte
 * of shared memory at most once and believes none of it; {@link BlockValidation} judges the result. What a field holds
 * that the operation doesn't have is unspecified.
 */
public final class BlockRequest {
    private int operation;
    private int indirectOperation;
    private int handle;
    private long id;
    private long sectorNumber;
    private int discardFlag;
    private long discardSectors;
    private int segmentCount;
    private final int[] gref = new int[MAX_INDIRECT_SEGMENTS];
    private final byte[] firstSector = new byte[MAX_INDIRECT_SEGMENTS];
    private final byte[] lastSector = new byte[MAX_INDIRECT_SEGMENTS];
    private final int[] indirectGref = new int[MAX_INDIRECT_PAGES];

    /** Reads a slot; an indirect request's segments come later, by {@link #decodeIndirectSegments}. */
    public void decode(Window source, long offset) {
        operation = source.getByte(offset + OPERATION) & 0xff;
        id = source.getLong(offset + ID);
        sectorNumber = source.getLong(offset + SECTOR_NUMBER);
        if (operation == INDIRECT) {
            decodeIndirect(source, offset);
            return;
        }
        handle = source.getShort(offset + HANDLE) & 0xffff;
        if (operation == DISCARD) {
            segmentCount = 0;
            discardFlag = source.getByte(offset + DISCARD_FLAG) & 0xff;
            discardSectors = source.getLong(offset + DISCARD_NR_SECTORS);
        } else {
            segmentCount = source.getByte(offset + NR_SEGMENTS) & 0xff;
            decodeSegments(source, offset + SEGMENTS, 0, Math.min(segmentCount, MAX_DIRECT_SEGMENTS));
        }
    }

    private void decodeIndirect(Window source, long offset) {
        indirectOperation = source.getByte(offset + INDIRECT_OPERATION) & 0xff;
        segmentCount = source.getShort(offset + INDIRECT_NR_SEGMENTS) & 0xffff;
        handle = source.getShort(offset + INDIRECT_HANDLE) & 0xffff;
        for (int i = 0; i < MAX_INDIRECT_PAGES; i++) {
            indirectGref[i] = source.getInt(offset + INDIRECT_GREFS + 4L * i);
        }
    }

    /** Reads all segments of an indirect request whose count has been validated, from where their array begins. */
    public void decodeIndirectSegments(Window source, long offset) {
        decodeSegments(source, offset, 0, segmentCount);
    }

    private void decodeSegments(Window source, long offset, int from, int to) {
        for (int i = from; i < to; i++) {
            long at = offset + (long) (i - from) * SEGMENT_BYTES;
            // One load for the whole segment: gref, first_sect, last_sect.
            long segment = source.getLong(at);
            gref[i] = (int) segment;
            firstSector[i] = (byte) (segment >>> 32);
            lastSector[i] = (byte) (segment >>> 40);
        }
    }

    /** Writes a slot; an indirect request's segments go elsewhere, by {@link #encodeIndirectSegments}. */
    public void encode(Window destination, long offset) {
        destination.putLong(offset + ID, id);
        destination.putLong(offset + SECTOR_NUMBER, sectorNumber);
        if (operation == INDIRECT) {
            // operation, indirect_op, nr_segments:2, padding
            destination.putLong(offset, operation | indirectOperation << 8 | (long) segmentCount << 16);
            destination.putInt(offset + INDIRECT_HANDLE, handle);
            for (int i = 0; i < MAX_INDIRECT_PAGES; i++) {
                destination.putInt(offset + INDIRECT_GREFS + 4L * i, indirectGref[i]);
            }
        } else {
            int second = operation == DISCARD ? discardFlag : segmentCount;
            // operation, flag or nr_segments, handle:2, padding
            destination.putLong(offset, operation | second << 8 | (long) handle << 16);
            if (operation == DISCARD) {
                destination.putLong(offset + DISCARD_NR_SECTORS, discardSectors);
            } else {
                encodeSegments(destination, offset + SEGMENTS);
            }
        }
    }

    /** Writes the array of segments an indirect request refers to. */
    public void encodeIndirectSegments(Window destination, long offset) {
        encodeSegments(destination, offset);
    }

    private void encodeSegments(Window destination, long offset) {
        for (int i = 0; i < segmentCount; i++) {
            long sectors = (long) firstSector(i) << 32 | (long) lastSector(i) << 40;
            destination.putLong(offset + (long) i * SEGMENT_BYTES, gref[i] & 0xffff_ffffL | sectors);
        }
    }

    /** A read or write that carries its segments; add up to 11 of them. */
    public void asDirect(int transfer, int handle, long id, long sectorNumber) {
        begin(transfer, handle, id, sectorNumber);
    }

    /** A read or write whose segments lie in other pages; add them, and name the pages by {@link #indirectGref}. */
    public void asIndirect(int transfer, int handle, long id, long sectorNumber) {
        begin(INDIRECT, handle, id, sectorNumber);
        indirectOperation = transfer;
        for (int i = 0; i < MAX_INDIRECT_PAGES; i++) {
            indirectGref[i] = 0;
        }
    }

    public void asFlush(int handle, long id) {
        begin(FLUSH_DISKCACHE, handle, id, 0);
    }

    /** @param sectors of 512 bytes */
    public void asDiscard(int handle, long id, long sectorNumber, long sectors) {
        begin(DISCARD, handle, id, sectorNumber);
        discardSectors = sectors;
    }

    private void begin(int operation, int handle, long id, long sectorNumber) {
        this.operation = operation;
        this.handle = handle;
        this.id = id;
        this.sectorNumber = sectorNumber;
        segmentCount = 0;
        discardFlag = 0;
        discardSectors = 0;
        indirectOperation = 0;
    }

    /** Adds the sectors {@code first} to {@code last}, both included, of a page. */
    public void addSegment(int gref, int first, int last) {
        if (segmentCount == (isIndirect() ? MAX_INDIRECT_SEGMENTS : MAX_DIRECT_SEGMENTS)) {
            throw new IllegalStateException("request is full: segmentCount=" + segmentCount);
        }
        this.gref[segmentCount] = gref;
        firstSector[segmentCount] = (byte) first;
        lastSector[segmentCount] = (byte) last;
        segmentCount++;
    }

    public void indirectGref(int page, int gref) {
        indirectGref[page] = gref;
    }

    /** Any value from 0 to 255; see {@link BlkifLayout}. */
    public int operation() {
        return operation;
    }

    /**
     * The operation inside an indirect request, otherwise the operation itself. This is what a response names: Linux's
     * front-end gives up a device that answers an indirect request as INDIRECT.
     */
    public int transfer() {
        return operation == INDIRECT ? indirectOperation : operation;
    }

    public boolean isIndirect() {
        return operation == INDIRECT;
    }

    public int handle() {
        return handle;
    }

    /** The front-end's, any value, to be given back in the response. */
    public long id() {
        return id;
    }

    /** First sector of 512 bytes, unsigned. */
    public long sectorNumber() {
        return sectorNumber;
    }

    public int discardFlag() {
        return discardFlag;
    }

    /** Unsigned. */
    public long discardSectors() {
        return discardSectors;
    }

    /** As the request says it; more than there are segments here until validated. */
    public int segmentCount() {
        return segmentCount;
    }

    public int gref(int segment) {
        return gref[segment];
    }

    public int firstSector(int segment) {
        return firstSector[segment] & 0xff;
    }

    public int lastSector(int segment) {
        return lastSector[segment] & 0xff;
    }

    public int indirectGref(int page) {
        return indirectGref[page];
    }

    /** Sectors of 512 bytes that the operation covers, of a request whose segments have been validated. */
    public long sectors() {
        if (operation == DISCARD) {
            return discardSectors;
        }
        long sectors = 0;
        for (int i = 0; i < segmentCount; i++) {
            sectors += lastSector(i) - firstSector(i) + 1;
        }
        return sectors;
    }
}
