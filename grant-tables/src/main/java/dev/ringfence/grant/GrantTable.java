// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static dev.ringfence.grant.GrantEntry.ACCEPT_TRANSFER;
import static dev.ringfence.grant.GrantEntry.ATTEMPTS;
import static dev.ringfence.grant.GrantEntry.FRAME;
import static dev.ringfence.grant.GrantEntry.IN_USE;
import static dev.ringfence.grant.GrantEntry.PERMIT_ACCESS;
import static dev.ringfence.grant.GrantEntry.READONLY;
import static dev.ringfence.grant.GrantEntry.RESERVED_REFS;
import static dev.ringfence.grant.GrantEntry.TRANSFER_COMMITTED;
import static dev.ringfence.grant.GrantEntry.TRANSFER_COMPLETED;

import dev.ringfence.memory.Window;

/**
 * The guest's side of a grant table: gives a driver domain access to frames, and takes it back; or gives it frames, and takes
 * others for them. Any thread.
 */
public final class GrantTable {
    /** From {@link #grantAccess} and {@link #acceptTransfer}: all refs are taken. */
    public static final int NONE_FREE = -1;
    /** From {@link #endTransfer}: the driver has not completed it. */
    public static final int NOT_COMPLETED = -1;

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
        return publish(readOnly ? PERMIT_ACCESS | READONLY : PERMIT_ACCESS, domid, frame);
    }

    /**
     * Offers a driver domain a frame for another one, a full one. From now on this one is not ours to use.
     *
     * @return the ref to tell it, or {@link #NONE_FREE}
     */
    public synchronized int acceptTransfer(int domid, int frame) {
        return publish(ACCEPT_TRANSFER, domid, frame);
    }

    private int publish(int flags, int domid, int frame) {
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
        table.putIntRelease(at, GrantEntry.word(flags, domid));
        return ref;
    }

    /**
     * The frame that we got for the one we offered; the ref may be used anew afterwards. To be asked once the driver has answered:
     * before that, a driver may die and its successor complete the transfer again.
     *
     * @return the frame, {@link #NOT_COMPLETED}, or {@link GrantStatus#BAD_PAGE}: the driver named none that can be ours
     */
    public synchronized int endTransfer(int ref) {
        checkRef(ref);
        long at = GrantEntry.offset(ref);
        int completed = ACCEPT_TRANSFER | TRANSFER_COMMITTED | TRANSFER_COMPLETED;
        if ((table.getIntAcquire(at) & completed) != completed) {
            return NOT_COMPLETED;
        }
        int frame = table.getInt(at + FRAME);
        table.putIntRelease(at, 0);
        free[freeCount++] = ref;
        return layout.isGuestFrame(frame) ? frame : GrantStatus.BAD_PAGE;
    }

    /** Takes an offer back, and the frame with it; false when the driver has taken it. */
    public synchronized boolean withdrawTransfer(int ref) {
        checkRef(ref);
        long at = GrantEntry.offset(ref);
        int word = table.getIntAcquire(at);
        if ((word & TRANSFER_COMMITTED) != 0 || !table.compareAndSetInt(at, word, 0)) {
            return false;
        }
        free[freeCount++] = ref;
        return true;
    }

    /** Ends an offer, whatever has come of it; when the driver has let go of the connection, and of all pages with it. */
    public synchronized void forgetTransfer(int ref) {
        checkRef(ref);
        table.putIntRelease(GrantEntry.offset(ref), 0);
        free[freeCount++] = ref;
    }

    /**
     * Takes a frame back; the ref may be granted anew afterwards.
     *
     * @return false while the driver uses the frame: it must then not be used for anything else; try again later
     */
    public synchronized boolean endAccess(int ref) {
        checkRef(ref);
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

    private void checkRef(int ref) {
        if (ref < RESERVED_REFS || ref >= layout.refs()) {
            throw new IllegalArgumentException("ref=" + ref + " refs=" + layout.refs());
        }
    }

    /** Whether the driver says that it uses the frame now. */
    public boolean inUse(int ref) {
        return (table.getIntAcquire(GrantEntry.offset(ref)) & IN_USE) != 0;
    }
}
