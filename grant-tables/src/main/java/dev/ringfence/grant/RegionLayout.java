// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/**
 * Where things are in the I/O region of a connection; its size alone decides, so both sides agree without talking.
 *
 * <pre>
 *   frame  0              tableFrames                      frames
 *          +--------------+--------------------------------+
 *          | grant table  | the guest's: rings and pages   |      frame f is the bytes [4096 f, 4096 (f + 1))
 *          +--------------+--------------------------------+
 * </pre>
 *
 * <p>The table has an entry for every frame of the region, and Xen's eight reserved ones.
 *
 * @param frames pages of the whole region
 */
public record RegionLayout(int frames) {
    public static final int PAGE_BYTES = SharedMemory.PAGE_BYTES;

    private static final int ENTRIES_PER_FRAME = PAGE_BYTES / GrantEntry.BYTES;
    private static final int MAX_FRAMES = 1 << 24;

    public RegionLayout {
        if (frames < 2 || frames > MAX_FRAMES) {
            throw new IllegalArgumentException("a region takes 2 pages to 64 GiB: frames=" + frames);
        }
    }

    public static RegionLayout of(Window region) {
        if (region.bytes() % PAGE_BYTES != 0) {
            throw new IllegalArgumentException("a region takes whole pages: bytes=" + region.bytes());
        }
        return new RegionLayout(Math.toIntExact(region.bytes() / PAGE_BYTES));
    }

    /** The smallest region that leaves the guest so many frames. */
    public static RegionLayout forGuestFrames(int guestFrames) {
        RegionLayout layout = new RegionLayout(guestFrames + 1);
        while (layout.guestFrames() < guestFrames) {
            layout = new RegionLayout(layout.frames + guestFrames - layout.guestFrames());
        }
        return layout;
    }

    public long bytes() {
        return (long) frames * PAGE_BYTES;
    }

    /** How many frames the grant table takes, from frame 0. */
    public int tableFrames() {
        return (frames + GrantEntry.RESERVED_REFS + ENTRIES_PER_FRAME - 1) / ENTRIES_PER_FRAME;
    }

    /** Entries in the grant table: refs go from {@link GrantEntry#RESERVED_REFS} up to here, not included. */
    public int refs() {
        return tableFrames() * ENTRIES_PER_FRAME;
    }

    public int firstGuestFrame() {
        return tableFrames();
    }

    public int guestFrames() {
        return frames - tableFrames();
    }

    /** True for a frame the guest may grant: not outside the region, not one of its grant table. */
    public boolean isGuestFrame(int frame) {
        return frame >= tableFrames() && frame < frames;
    }

    public Window table(Window region) {
        return region.slice(0, (long) tableFrames() * PAGE_BYTES);
    }

    /** The pages of {@code count} frames in a row. */
    public static Window frames(Window region, int first, int count) {
        return region.slice(offset(first), (long) count * PAGE_BYTES);
    }

    /** Where a frame begins in its region. */
    public static long offset(int frame) {
        return (long) frame * PAGE_BYTES;
    }
}
