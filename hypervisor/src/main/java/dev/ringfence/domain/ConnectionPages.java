// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import dev.ringfence.grant.OwnershipTable;
import dev.ringfence.grant.PagePools;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.ring.ControlRegion;
import java.util.List;

/**
 * Who owns the pages of a connection whose guest receives by page flip: the table stands behind the queues in the control region.
 * Hypervisor and drivers find it by the same rules.
 *
 * @param region the layout of the connection's I/O region
 */
public record ConnectionPages(ConnectionSpec spec, RegionLayout region) {
    /** What the control region takes, table and all. */
    public long controlBytes() {
        return ControlRegion.bytes(spec.queues().size(), spec.slots()) + tableBytes();
    }

    private long tableBytes() {
        return spec.receive().flips() ? OwnershipTable.bytes(region.frames()) : 0;
    }

    /** @throws IllegalArgumentException when no page flips */
    public OwnershipTable owners(ControlRegion control) {
        if (!spec.receive().flips()) {
            throw new IllegalArgumentException("pages don't change hands: connection=" + spec.name());
        }
        return new OwnershipTable(control.tail(tableBytes()), region.frames());
    }

    /** A pool for each queue that receives. */
    public PagePools pools() {
        return new PagePools(region, pool(spec.queues().size()), spec.slots());
    }

    /** The pool of a queue that receives. */
    public int pool(int queue) {
        return (int)
                spec.queues().stream().limit(queue).filter(QueueSpec::posts).count();
    }

    /**
     * All pages are the guest's, but for the pools, and the rings: those are nobody's to hand over. By the creator of the control
     * region, before any driver sees it; does nothing where no page flips.
     *
     * @param ringFrames as in {@link Message.Attach}
     * @throws IllegalArgumentException when a ring stands in a pool
     */
    public void initialise(ControlRegion control, int driver, List<Integer> ringFrames) {
        if (!spec.receive().flips()) {
            return;
        }
        OwnershipTable owners = owners(control);
        owners.initialise(spec.frontend());
        PagePools pools = pools();
        for (int queue = 0; queue < spec.queues().size(); queue++) {
            int pages = spec.queues().get(queue).ringRefs().size();
            if (ringFrames.get(queue) + pages > pools.firstFrame()) {
                throw new IllegalArgumentException("a ring is in the driver's pages: frame=" + ringFrames.get(queue));
            }
            owners.assign(ringFrames.get(queue), pages, OwnershipTable.NOBODY, 0);
            if (spec.queues().get(queue).posts()) {
                owners.assign(pools.first(pool(queue)), pools.frames(), driver, queue);
            }
        }
    }
}
