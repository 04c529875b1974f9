// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import dev.ringfence.memory.Mapping;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/**
 * A view of an I/O region in which only the pages of one queue of the driver are there: whoever reaches through it for a page that
 * was given away dies at once, instead of spoiling what the guest has.
 *
 * <p>Around {@link PageTransfer#exchange}: {@link #give} the full pages before it, {@link #take} the empty ones after it. Each is a system
 * call and interrupts all other threads of the process that run: {@code ringfence bench flip} says what that costs. By the holder of
 * the queue's lease.
 */
public final class GuardedPages implements AutoCloseable {
    private final Mapping mapping;

    /** With none of the pages there. Any thread. */
    public GuardedPages(SharedMemory region) {
        this(Mapping.untouched(region, 0, region.bytes()));
    }

    /** With what {@link #takeOwned} finds; no first touch of a page waits for a page fault. */
    public GuardedPages(SharedMemory region, OwnershipTable owners, int driver, int queue) {
        this(Mapping.of(region, 0, region.bytes()));
        takeOwned(owners, driver, queue);
    }

    private GuardedPages(Mapping mapping) {
        this.mapping = mapping;
        mapping.forbid(0, mapping.window().bytes());
    }

    /** To begin with, and once: what is ours is what the table says, whatever a predecessor was about to do. */
    public void takeOwned(OwnershipTable owners, int driver, int queue) {
        for (int frame = 0; frame < owners.frames(); frame++) {
            int first = frame;
            while (frame < owners.frames() && OwnershipTable.isOf(owners.word(frame), driver, queue)) {
                frame++;
            }
            if (frame > first) {
                take(first, frame - first);
            }
        }
    }

    /** Of the whole region; to be kept no longer than this. */
    public Window window() {
        return mapping.window();
    }

    /** These frames in a row are no longer ours to touch. */
    public void give(int first, int count) {
        mapping.forbid(RegionLayout.offset(first), RegionLayout.offset(count));
    }

    /** These frames in a row are ours. */
    public void take(int first, int count) {
        mapping.permit(RegionLayout.offset(first), RegionLayout.offset(count));
    }

    @Override
    public void close() {
        mapping.close();
    }
}
