// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.frontend.GrantedFrames;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.ring.FrontRing;
import java.util.List;

/** The memory of a queue, granted to the driver domain: its ring, the pages of its indirect requests, its buffers. */
final class QueueMemory {
    private final GrantedFrames ringFrames;
    private final GrantedFrames descriptors;
    private final GrantedFrames pool;
    private final FrontRing ring;

    QueueMemory(Window region, GrantTable table, int domid, QueueFrames frames) {
        ringFrames = new GrantedFrames(region, table, domid, frames.firstFrame(), frames.ringPages(), false);
        descriptors = new GrantedFrames(region, table, domid, frames.firstDescriptor(), frames.slots(), true);
        pool = new GrantedFrames(region, table, domid, frames.firstPool(), frames.poolPages(), false);
        ring = new FrontRing(ringFrames.window(), BlkifLayout.REQUEST_BYTES);
    }

    FrontRing ring() {
        return ring;
    }

    /** What to publish in the store as {@code ring-ref}. */
    List<Integer> ringRefs() {
        return ringFrames.refs();
    }

    /** A page for each slot, to hold the segments of an indirect request. */
    GrantedFrames descriptors() {
        return descriptors;
    }

    GrantedFrames pool() {
        return pool;
    }

    /** Takes everything back once the connection is closed; how many pages the driver still uses. */
    int endAccess() {
        return ringFrames.endAccess() + descriptors.endAccess() + pool.endAccess();
    }
}
