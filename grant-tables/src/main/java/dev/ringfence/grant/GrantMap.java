// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static dev.ringfence.grant.GrantEntry.ATTEMPTS;
import static dev.ringfence.grant.GrantEntry.FRAME;
import static dev.ringfence.grant.GrantEntry.IN_USE;
import static dev.ringfence.grant.GrantEntry.PERMIT_ACCESS;
import static dev.ringfence.grant.GrantEntry.READING;
import static dev.ringfence.grant.GrantEntry.READONLY;
import static dev.ringfence.grant.GrantEntry.RESERVED_REFS;
import static dev.ringfence.grant.GrantEntry.SUB_PAGE;
import static dev.ringfence.grant.GrantEntry.TYPE_MASK;

import dev.ringfence.memory.Window;

/**
 * The driver's side of a grant table: which frames of the guest's region it may use.
 *
 * <p>The guest can change any entry at any moment, so every use begins with {@link #validate}, or with {@link #pin},
 * which also marks the entry as in use, so that an honest guest doesn't take the page back meanwhile. A dishonest one
 * gains nothing: whatever frame its entries name is checked to be its own.
 *
 * <p>Uses are counted for each ref, because several requests may name one and the entry has a single pair of bits; the
 * counts die with this process, and {@link #rebuildInUse} is how a successor begins. Any thread; allocates nothing.
 */
public final class GrantMap {
    private final Window region;
    private final Window table;
    private final RegionLayout layout;
    private final int domid;
    /** Null where all pages are the guest's, for ever. */
    private final OwnershipTable owners;

    private final int guest;
    private final PinCounts pins;

    /**
     * @param region the guest's I/O region
     * @param domid of the driver domain: access must have been granted to it
     */
    public GrantMap(Window region, int domid) {
        this(region, domid, null, 0);
    }

    /**
     * For a region whose pages change hands: a grant of what is not the guest's, now, is refused.
     *
     * @param guest the domain that grants
     */
    public GrantMap(Window region, int domid, OwnershipTable owners, int guest) {
        this.owners = owners;
        this.guest = guest;
        this.region = region;
        this.layout = RegionLayout.of(region);
        this.table = layout.table(region);
        this.domid = domid;
        this.pins = new PinCounts(layout.refs());
    }

    public RegionLayout layout() {
        return layout;
    }

    /** Frame {@code f} is at {@link RegionLayout#offset RegionLayout.offset(f)}. */
    public Window region() {
        return region;
    }

    /**
     * Whether the guest grants us this page now. For a page that is pinned, persistently or by the same request.
     *
     * @param write whether we are going to change the page
     * @return the frame, or a negative {@link GrantStatus}
     */
    public int validate(int ref, boolean write) {
        if (ref < RESERVED_REFS || ref >= layout.refs()) {
            return GrantStatus.BAD_GNTREF;
        }
        long at = GrantEntry.offset(ref);
        int status = permits(table.getIntAcquire(at), write);
        return status == GrantStatus.OKAY ? frame(at) : status;
    }

    /**
     * Validates a ref and marks its page as in use until {@link #unpin}.
     *
     * @return the frame, or a negative {@link GrantStatus}; then nothing is pinned
     */
    public int pin(int ref, boolean write) {
        if (ref < RESERVED_REFS || ref >= layout.refs()) {
            return GrantStatus.BAD_GNTREF;
        }
        int counts = pins.lock(ref);
        int frame = PinCounts.isFull(counts) ? GrantStatus.NO_SPACE : raise(ref, write, counts);
        pins.unlock(ref, frame < 0 ? counts : PinCounts.add(counts, write));
        return frame;
    }

    /** Ends one use of a page, begun by {@link #pin} with the same arguments. */
    public void unpin(int ref, boolean write) {
        int counts = pins.lock(ref);
        if (!PinCounts.isPinned(counts, write)) {
            pins.unlock(ref, counts);
            throw new IllegalStateException("not pinned: ref=" + ref + " write=" + write);
        }
        int left = PinCounts.remove(counts, write);
        lower(ref, left);
        pins.unlock(ref, left);
    }

    /**
     * As {@link #pin}, but the page stays pinned until {@link #rebuildInUse}: for a guest that uses the same pages again
     * and again. Only the first use of a page pays for the pin; every use is validated.
     */
    public int pinPersistently(int ref, boolean write) {
        if (ref < RESERVED_REFS || ref >= layout.refs()) {
            return GrantStatus.BAD_GNTREF;
        }
        if (pins.isPersistent(ref, write)) {
            return validate(ref, write);
        }
        int counts = pins.lock(ref);
        int frame = raise(ref, write, counts);
        pins.unlock(ref, frame < 0 ? counts : PinCounts.persist(counts, write));
        return frame;
    }

    /**
     * Clears all in-use bits and forgets all pins; while no other thread uses this map. At a takeover: then pin again what
     * the journals name. And when the connection ends.
     */
    public void rebuildInUse() {
        for (int ref = RESERVED_REFS; ref < layout.refs(); ref++) {
            // A takeover waits for this: what is clear already, and nearly all is, is not written.
            if (pins.isCounted(ref)) {
                pins.unlock(ref, 0);
            }
            if (GrantEntry.isInUse(table.getInt(GrantEntry.offset(ref)))) {
                lower(ref, 0);
            }
        }
    }

    /** Sets the bits this use needs. They are set before the frame is read: an honest guest can't change it any more. */
    private int raise(int ref, boolean write, int counts) {
        long at = GrantEntry.offset(ref);
        int bits = write ? IN_USE : READING;
        for (int i = 0; i < ATTEMPTS; i++) {
            int word = table.getIntAcquire(at);
            int status = permits(word, write);
            if (status != GrantStatus.OKAY) {
                return status;
            }
            if ((word & bits) == bits || table.compareAndSetInt(at, word, word | bits)) {
                int frame = frame(at);
                if (frame < 0) {
                    lower(ref, counts);
                }
                return frame;
            }
        }
        return GrantStatus.EAGAIN;
    }

    /** Clears the bits that these counts don't need. A guest that prevents it only denies itself the page. */
    private void lower(int ref, int counts) {
        long at = GrantEntry.offset(ref);
        int needed = PinCounts.has(counts, true) ? IN_USE : PinCounts.has(counts, false) ? READING : 0;
        int unneeded = IN_USE & ~needed;
        for (int i = 0; i < ATTEMPTS; i++) {
            int word = table.getIntAcquire(at);
            boolean done = !GrantEntry.isInUse(word) || (word & unneeded) == 0;
            if (done || table.compareAndSetInt(at, word, word & ~unneeded)) {
                return;
            }
        }
    }

    private int permits(int word, boolean write) {
        if ((word & TYPE_MASK) != PERMIT_ACCESS || (word & SUB_PAGE) != 0) {
            return GrantStatus.BAD_GNTREF;
        }
        boolean denied = GrantEntry.domid(word) != domid || write && (word & READONLY) != 0;
        return denied ? GrantStatus.PERMISSION_DENIED : GrantStatus.OKAY;
    }

    private int frame(long at) {
        int frame = table.getInt(at + FRAME);
        boolean guests =
                layout.isGuestFrame(frame) && (owners == null || OwnershipTable.owner(owners.word(frame)) == guest);
        return guests ? frame : GrantStatus.BAD_PAGE;
    }
}
