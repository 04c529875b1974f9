// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/**
 * Who owns each page of an I/O region, one word a page, in memory that drivers and the hypervisor map and no guest does.
 *
 * <pre>
 *        0  magic, version, frames
 *       64  word of frame 0, word of frame 1, ...
 *
 *   bit  31..16   15..12   11..0
 *        owner    queue    sequence      owner: a domain; queue: of the driver's pages, the one whose lease's holder may use them;
 *                                        sequence: grows by one, modulo 4096, whenever the page changes hands
 * </pre>
 *
 * <p>A page changes hands by one compare-and-set, so it has exactly one owner at every instant. Only the holder of the lease of a
 * queue gives that queue's pages away or takes pages for it. A successor tells by the sequence whether what its predecessor was
 * about to do was done: see {@link PageTransfer}. Allocates nothing after construction.
 */
public final class OwnershipTable {
    public static final int QUEUES_MAX = 16;
    /** Owner of pages that neither side may hand over, such as rings: Xen's DOMID_INVALID. */
    public static final int NOBODY = 0x7FF4;

    private static final int MAGIC = 0x314F4652; // "RFO1"
    private static final int VERSION = 1;
    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 4;
    private static final int FRAMES_OFFSET = 8;
    private static final int WORDS = 64;

    private static final int OWNER_SHIFT = 16;
    private static final int QUEUE_SHIFT = 12;
    private static final int QUEUE_MASK = QUEUES_MAX - 1;
    private static final int SEQUENCE_MASK = (1 << QUEUE_SHIFT) - 1;

    private final Window memory;
    private final int frames;

    /** @param memory at least {@link #bytes} of so many frames */
    public OwnershipTable(Window memory, int frames) {
        this.memory = memory.slice(0, bytes(frames));
        this.frames = frames;
    }

    /** What a table for a region of so many frames takes; whole pages. */
    public static long bytes(int frames) {
        long exact = WORDS + (long) frames * Integer.BYTES;
        return (exact + SharedMemory.PAGE_BYTES - 1) / SharedMemory.PAGE_BYTES * SharedMemory.PAGE_BYTES;
    }

    /** Gives all pages to the guest; by the creator of the memory, before any driver sees it. */
    public void initialise(int guest) {
        checkDomain(guest);
        memory.putInt(MAGIC_OFFSET, MAGIC);
        memory.putInt(VERSION_OFFSET, VERSION);
        memory.putInt(FRAMES_OFFSET, frames);
        for (int frame = 0; frame < frames; frame++) {
            memory.putInt(at(frame), word(guest, 0, 0));
        }
    }

    /** Gives pages to a queue of the driver to begin with; as {@link #initialise}. */
    public void assign(int first, int count, int driver, int queue) {
        checkDomain(driver);
        checkQueue(queue);
        for (int frame = first; frame < first + count; frame++) {
            memory.putInt(at(frame), word(driver, queue, 0));
        }
    }

    /** False: this is no table for so many frames, or one of another version. */
    public boolean isPlausible() {
        return memory.getInt(MAGIC_OFFSET) == MAGIC
                && memory.getInt(VERSION_OFFSET) == VERSION
                && memory.getInt(FRAMES_OFFSET) == frames;
    }

    public int frames() {
        return frames;
    }

    /** Who owns a page, since when: to be compared, or taken apart by {@link #owner}, {@link #queue}. Any thread. */
    public int word(int frame) {
        return memory.getIntAcquire(at(frame));
    }

    /** The domain that owns a page with this word. */
    public static int owner(int word) {
        return word >>> OWNER_SHIFT;
    }

    /** The queue of the driver whose lease's holder may use a page with this word. */
    public static int queue(int word) {
        return word >>> QUEUE_SHIFT & QUEUE_MASK;
    }

    /** True for a page that this queue of this domain may use. */
    public static boolean isOf(int word, int owner, int queue) {
        return word >>> QUEUE_SHIFT == word(owner, queue, 0) >>> QUEUE_SHIFT;
    }

    /** The word of a page with this one after its next change of hands. */
    static int next(int word, int owner, int queue) {
        return word(owner, queue, word + 1);
    }

    /**
     * Hands a page over; by the holder of the lease of the queue that gives or takes it.
     *
     * @param expected its word so far
     * @param queue of a driver; 0 for a guest
     * @return false when the word is another by now: then nothing has changed
     */
    public boolean transfer(int frame, int expected, int owner, int queue) {
        return memory.compareAndSetInt(at(frame), expected, next(expected, owner, queue));
    }

    private static int word(int owner, int queue, int sequence) {
        return owner << OWNER_SHIFT | queue << QUEUE_SHIFT | sequence & SEQUENCE_MASK;
    }

    private static void checkDomain(int domid) {
        if (domid != (domid & 0xffff)) {
            throw new IllegalArgumentException("domid=" + domid);
        }
    }

    private static void checkQueue(int queue) {
        if (queue != (queue & QUEUE_MASK)) {
            throw new IllegalArgumentException("queue=" + queue);
        }
    }

    private long at(int frame) {
        if (frame < 0 || frame >= frames) {
            throw new IndexOutOfBoundsException("frame=" + frame + " frames=" + frames);
        }
        return WORDS + (long) frame * Integer.BYTES;
    }
}
