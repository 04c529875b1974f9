// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

/**
 * The pages that a driver begins with, to hand over for a guest's: a pool for each queue that receives by page flip, at the end of the
 * region. Guest, driver and hypervisor agree on them without talking, since the region's size and the rings' decide.
 *
 * <pre>
 *   frame  0              tableFrames              firstFrame                     frames
 *          +--------------+------------------------+---------------+--------------+
 *          | grant table  | the guest's, to begin  | pool 0        | pool 1 ...   |
 *          +--------------+------------------------+---------------+--------------+
 * </pre>
 *
 * <p>A pool has a page for every slot of the ring, and those of the largest frame besides. What was taken from the guest is not filled
 * before its answer is committed, and there are never more such answers than slots: so there is always room for another frame,
 * however many are answered at once, and nothing has to be committed early to make some.
 *
 * @param pools one for each queue that flips
 * @param ringSlots of such a queue
 */
public record PagePools(RegionLayout layout, int pools, int ringSlots) {
    /** 64 KiB and its headers, and an extra info. */
    private static final int LARGEST_FRAME_SLOTS = 18;

    /** @throws IllegalArgumentException when they leave the guest nothing */
    public PagePools {
        long all = pools * ((long) ringSlots + LARGEST_FRAME_SLOTS);
        if (pools < 0 || ringSlots < 1 || all >= layout.guestFrames()) {
            throw new IllegalArgumentException(
                    "no room for pages: pools=" + pools + " ringSlots=" + ringSlots + " " + layout);
        }
    }

    /** Pages of one pool. */
    public int frames() {
        return frames(ringSlots);
    }

    /** Pages that the pool of a ring of so many slots has. */
    public static int frames(int ringSlots) {
        return ringSlots + LARGEST_FRAME_SLOTS;
    }

    /** Of a pool. */
    public int first(int pool) {
        return layout.frames() - (pools - pool) * frames();
    }

    /** Before it all pages are the guest's, to begin with. */
    public int firstFrame() {
        return first(0);
    }
}
