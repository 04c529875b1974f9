// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static dev.ringfence.grant.GrantEntry.ATTEMPTS;
import static dev.ringfence.grant.GrantEntry.FRAME;
import static dev.ringfence.grant.GrantEntry.IN_USE;
import static dev.ringfence.grant.GrantEntry.PERMIT_ACCESS;
import static dev.ringfence.grant.GrantEntry.READONLY;
import static dev.ringfence.grant.GrantEntry.RESERVED_REFS;

import dev.ringfence.memory.Window;

/** The guest's side of a grant table: gives a driver domain access to frames, and takes it back. Any thread. */
public final class GrantTable {
    /** From {@link #grantAccess}: all refs are taken. */
    public static final int NONE_FREE = -1;

    private final RegionLayout layout;
    private final Window table;
    private final int[] free;
    private int freeCount;

    /** @param region an I/O region in which nothing has been granted yet */
    public GrantTable(Window region) {
        layout = RegionLayout.of(region);
        table = layout.table(region);
        free = new int[layout.refs() - RESERVED_REFS];
        for (int ref = layout.refs() - 1; ref >= RESERVED_REFS; ref--) {
            free[freeCount++] = ref;
        }
    }

    public RegionLayout layout() {
        return layout;
    }

    public synchronized int freeRefs() {
        return freeCount;
    }

    /**
     * Lets a driver domain use a frame of the region from now on.
     *
     * @return the ref to tell it, or {@link #NONE_FREE}
     */
    public synchronized int grantAccess(int domid, int frame, boolean readOnly) {
        if (!layout.isGuestFrame(frame)) {
            throw new IllegalArgumentException("not a guest frame: frame=" + frame + " " + layout);
        }
        if (domid != (domid & 0xffff)) {
            throw new IllegalArgumentException("domid=" + domid);
        }
        if (freeCount == 0) {
            return NONE_FREE;
        }
        int ref = free[--freeCount];
        long at = GrantEntry.offset(ref);
        table.putInt(at + FRAME, frame);
        // The driver sees the frame before it sees that access is permitted.
        table.putIntRelease(at, GrantEntry.word(readOnly ? PERMIT_ACCESS | READONLY : PERMIT_ACCESS, domid));
        return ref;
    }

    /**
     * Takes a frame back; the ref may be granted anew afterwards.
     *
     * @return false while the driver uses the frame: it must then not be used for anything else; try again later
     */
    public synchronized boolean endAccess(int ref) {
        if (ref < RESERVED_REFS || ref >= layout.refs()) {
            throw new IllegalArgumentException("ref=" + ref + " refs=" + layout.refs());
        }
        long at = GrantEntry.offset(ref);
        for (int i = 0; i < ATTEMPTS; i++) {
            int word = table.getIntAcquire(at);
            if ((word & IN_USE) != 0) {
                return false;
            }
            // Atomic with the check: from here on the driver can't begin to use the frame.
            if (table.compareAndSetInt(at, word, 0)) {
                free[freeCount++] = ref;
                return true;
            }
        }
        return false;
    }

    /** Whether the driver says that it uses the frame now. */
    public boolean inUse(int ref) {
        return (table.getIntAcquire(GrantEntry.offset(ref)) & IN_USE) != 0;
    }
}
