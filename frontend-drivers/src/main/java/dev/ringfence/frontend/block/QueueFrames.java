// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.grant.RegionLayout;
import dev.ringfence.protocol.BlkifLayout;

/**
 * Which frames of its region a queue uses, and what for.
 *
 * <pre>
 *   firstFrame   firstDescriptor          firstPool                  end
 *   +------------+------------------------+--------------------------+
 *   | ring       | a page for each slot,  | buffers                  |
 *   |            | for indirect segments  |                          |
 *   +------------+------------------------+--------------------------+
 * </pre>
 *
 * @param ringPages 1, 2, 4, 8 or 16
 */
record QueueFrames(int firstFrame, int ringPages, int poolPages) {
    QueueFrames {
        if (poolPages < 1) {
            throw new IllegalArgumentException("no page is left for buffers: poolPages=" + poolPages);
        }
    }

    /** One of several queues that divide a region among them. */
    static QueueFrames of(RegionLayout region, int queues, int queue, int ringPages) {
        int each = region.guestFrames() / queues;
        int poolPages = each - ringPages - slots(ringPages);
        return new QueueFrames(region.firstGuestFrame() + queue * each, ringPages, poolPages);
    }

    private static int slots(int ringPages) {
        return BlkifLayout.slotCount((long) ringPages * RegionLayout.PAGE_BYTES);
    }

    int slots() {
        return slots(ringPages);
    }

    int firstDescriptor() {
        return firstFrame + ringPages;
    }

    int firstPool() {
        return firstDescriptor() + slots();
    }
}
