// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import dev.ringfence.frontend.GrantedFrames;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.PagePools;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.ring.FrontRing;

/**
 * The memory of a pair of queues, granted to the driver domain, but for buffers that are flipped: those are offered.
 *
 * <pre>
 *   transmit ring | receive ring | a buffer for each slot of it | frames to send, 16 pages each
 *   1 page        | 1            | 256                          | up to 128 x 16
 * </pre>
 *
 * <p>Where pages are flipped, the driver's own are at the end of the region: {@link PagePools}.
 */
final class QueueMemory {
    private static final int FRAMES_MAX = 128;
    private static final int RINGS = 2;

    private final GrantedFrames transmitRing;
    private final GrantedFrames receiveRing;
    private final ReceiveBuffers buffers;
    private final GrantedFrames frames;

    /**
     * One of several pairs that divide a region among them.
     *
     * @param flips pages are handed over for buffers
     */
    QueueMemory(Window region, GrantTable table, int domid, int pairs, int pair, boolean flips) {
        RegionLayout layout = RegionLayout.of(region);
        int slots = NetifLayout.rxSlotCount(RegionLayout.PAGE_BYTES);
        PagePools pools = new PagePools(layout, flips ? pairs : 0, slots);
        int each = (pools.firstFrame() - layout.firstGuestFrame()) / pairs;
        int count = Math.min(FRAMES_MAX, (each - RINGS - slots) / OutgoingFrame.PAGES);
        if (count < 1) {
            throw new IllegalArgumentException("no page is left for frames: pairs=" + pairs + " pages=" + each);
        }
        int first = layout.firstGuestFrame() + pair * each;
        transmitRing = new GrantedFrames(region, table, domid, first, 1, false);
        receiveRing = new GrantedFrames(region, table, domid, first + 1, 1, false);
        buffers = flips
                ? new FlippedBuffers(region, table, domid, first + RINGS, pools, pair)
                : new GrantedBuffers(new GrantedFrames(region, table, domid, first + RINGS, slots, false));
        // The driver has no business writing what we send.
        frames = new GrantedFrames(region, table, domid, first + RINGS + slots, count * OutgoingFrame.PAGES, true);
    }

    /** The ring, emptied. */
    FrontRing transmitRing() {
        return ring(transmitRing, NetifLayout.TX_REQUEST_BYTES);
    }

    FrontRing receiveRing() {
        return ring(receiveRing, NetifLayout.RX_REQUEST_BYTES);
    }

    private static FrontRing ring(GrantedFrames page, int entryBytes) {
        FrontRing ring = new FrontRing(page.window(), entryBytes);
        ring.initialise();
        return ring;
    }

    int transmitRef() {
        return transmitRing.ref(0);
    }

    int receiveRef() {
        return receiveRing.ref(0);
    }

    ReceiveBuffers buffers() {
        return buffers;
    }

    GrantedFrames frames() {
        return frames;
    }

    /** Takes everything back once the connection is closed; how many pages the driver still uses. */
    int endAccess() {
        return transmitRing.endAccess() + receiveRing.endAccess() + buffers.endAccess() + frames.endAccess();
    }
}
