// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockGeometry;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.protocol.BlockResponse;
import dev.ringfence.protocol.BlockValidation;
import dev.ringfence.protocol.BlockVerdict;
import dev.ringfence.ring.BackRing;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A back-end for tests, with a disk in memory. Correct unless told otherwise: step by step by {@link #take} and
 * {@link #answer}, or all at once by {@link #serve}. Refuses what {@link BlockValidation} refuses.
 */
final class ScriptedDriver {
    static final int DOMID = 7;

    final GrantMap grants;
    final BlockGeometry geometry;
    ByteBuffer disk;
    final BackRing ring;
    final BlockRequest request = new BlockRequest();
    /** Each copied out of the ring before anything is answered into its slot. */
    private final Window copy;

    private int nextResponse;
    int flushes;

    ScriptedDriver(Window region, Window ringPages, int firstIndex, BlockGeometry geometry, Window scratch) {
        this.grants = new GrantMap(region, DOMID);
        this.geometry = geometry;
        this.disk = ByteBuffer.allocate(Math.toIntExact(geometry.bytes()));
        this.ring = new BackRing(ringPages, BlkifLayout.REQUEST_BYTES, firstIndex, firstIndex);
        this.copy = scratch;
        this.nextResponse = firstIndex;
    }

    /** The ring's pages as the refs in the store name them; they must lie in a row. */
    static Window ringPages(Window region, List<Integer> refs) {
        GrantMap grants = new GrantMap(region, DOMID);
        int first = grants.pinPersistently(refs.get(0), true);
        for (int page = 0; page < refs.size(); page++) {
            if (grants.pinPersistently(refs.get(page), true) != first + page) {
                throw new AssertionError("ring-ref page=" + page);
            }
        }
        return RegionLayout.frames(region, first, refs.size());
    }

    boolean hasRequests() {
        int available = ring.requestsAvailable();
        if (available == BackRing.OVERFLOW) {
            throw new AssertionError("front-end overran the ring");
        }
        return available > 0;
    }

    /** Takes the next request, segments included, into {@link #request}. */
    void take() {
        ring.window().copyTo(ring.requestOffset(ring.nextRequest()), copy, 0, BlkifLayout.REQUEST_BYTES);
        ring.advanceRequest();
        request.decode(copy, 0);
        BlockVerdict verdict = BlockValidation.check(request, geometry);
        if (verdict == BlockVerdict.OK && request.isIndirect()) {
            // Without a window for the page: tests count what a request allocates.
            long page = RegionLayout.offset(granted(grants.pinPersistently(request.indirectGref(0), false)));
            grants.region().copyTo(page, copy, 256, (long) request.segmentCount() * BlkifLayout.SEGMENT_BYTES);
            request.decodeIndirectSegments(copy, 256);
            verdict = BlockValidation.checkSegments(request, geometry);
        }
        if (verdict.isViolation()) {
            throw new AssertionError("front-end broke the protocol: " + verdict);
        }
    }

    private static int granted(int frame) {
        if (frame < 0) {
            throw new AssertionError("status " + frame);
        }
        return frame;
    }

    /** Does what {@link #request} asks. */
    int perform() {
        if (BlockValidation.check(request, geometry) != BlockVerdict.OK) {
            return BlockValidation.check(request, geometry).status();
        }
        if (request.operation() == BlkifLayout.FLUSH_DISKCACHE) {
            flushes++;
        }
        int at = Math.toIntExact(request.sectorNumber() * BlkifLayout.SECTOR_BYTES);
        if (request.operation() == BlkifLayout.DISCARD) {
            int length = Math.toIntExact(request.sectors() * BlkifLayout.SECTOR_BYTES);
            for (int i = 0; i < length; i++) {
                disk.put(at + i, (byte) 0);
            }
        } else {
            transfer(at);
        }
        return BlkifLayout.OKAY;
    }

    private void transfer(int from) {
        int at = from;
        boolean read = request.transfer() == BlkifLayout.READ;
        for (int i = 0; i < request.segmentCount(); i++) {
            int frame = granted(grants.pinPersistently(request.gref(i), read));
            int length = (request.lastSector(i) - request.firstSector(i) + 1) * BlkifLayout.SECTOR_BYTES;
            int offset = request.firstSector(i) * BlkifLayout.SECTOR_BYTES;
            ByteBuffer page = grants.region().byteBuffer(RegionLayout.offset(frame) + offset, length);
            if (read) {
                page.put(0, disk, at, length);
            } else {
                disk.put(at, page, 0, length);
            }
            at += length;
        }
    }

    /** Puts a response, to be seen after {@link #publish}. */
    void put(long id, int operation, int status) {
        BlockResponse.encode(ring.window(), ring.responseOffset(nextResponse++), id, operation, status);
    }

    boolean publish() {
        return ring.publishResponses(nextResponse);
    }

    /** Puts a response and publishes it; whether the front-end is to be told. */
    boolean answer(long id, int operation, int status) {
        put(id, operation, status);
        return publish();
    }

    /** Takes, performs and answers all there is; whether the front-end is to be told. */
    boolean serve() {
        boolean notify = false;
        while (hasRequests()) {
            take();
            notify |= answer(request.id(), request.transfer(), perform());
        }
        return notify;
    }
}
