// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.lab.ProtocolFault.Kind;
import dev.ringfence.grant.GrantEntry;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;

/**
 * Between a guest and its driver: what passes is passed on as it is, but for the one thing that a {@link ProtocolFault} names. Once
 * that driver is gone all is well again. By the guest's thread.
 */
final class BadPath {
    private static final int REQ_PROD = 0;
    private static final int RSP_PROD = 8;
    private static final int WILD = 0x5EED_0000;
    private static final int DELAY = 300;
    private static final int TOO_OFTEN = 5;

    private final ProtocolFault fault;
    private final Window ringPage;
    private int passed;
    private int hits;
    private int delay;
    private boolean late;
    private boolean over;

    BadPath(ProtocolFault fault, Window ringPage) {
        this.fault = fault;
        this.ringPage = ringPage;
    }

    /** One on which all is well. */
    static BadPath sound(Window ringPage) {
        return new BadPath(new ProtocolFault(Kind.DROP_EVENT, 0, 0), ringPage);
    }

    /** How often it has done something. */
    int hits() {
        return hits;
    }

    /** The driver it was bad for is gone. */
    void end() {
        over = true;
        delay = 0;
        // What was kept back is due, and what was lost shall do no more harm.
        late = hits > 0;
    }

    private boolean meets(Kind kind) {
        if (over || fault.kind() != kind || ++passed != fault.which()) {
            return false;
        }
        hits++;
        return true;
    }

    private boolean flipsBit(Kind kind, Window window, long offset, int bytes) {
        if (!meets(kind)) {
            return false;
        }
        int bit = Math.floorMod(fault.seed(), bytes * Byte.SIZE);
        long at = offset + bit / Byte.SIZE;
        window.putByte(at, (byte) (window.getByte(at) ^ 1 << bit % Byte.SIZE));
        return true;
    }

    private void swap(long one, long other) {
        for (int i = 0; i < BlkifLayout.REQUEST_BYTES; i++) {
            byte kept = ringPage.getByte(one + i);
            ringPage.putByte(one + i, ringPage.getByte(other + i));
            ringPage.putByte(other + i, kept);
        }
    }

    /** A grant was given. */
    void granted(Window table, int ref) {
        long entry = (long) ref * GrantEntry.BYTES;
        if (!flipsBit(Kind.CORRUPT_GRANT, table, entry, GrantEntry.BYTES) && meets(Kind.DROP_GRANT)) {
            table.putLong(entry, 0);
        }
    }

    /**
     * A request stands in its slot, and is not shown yet.
     *
     * @param previous where the request before it stands; negative if that one was shown already
     */
    void requested(long offset, long previous) {
        if (flipsBit(Kind.CORRUPT_REQUEST, ringPage, offset, BlkifLayout.REQUEST_BYTES)) {
            return;
        }
        if (previous < 0) {
            return;
        }
        if (meets(Kind.REPEAT_REQUEST)) {
            ringPage.copyTo(offset, ringPage, previous, BlkifLayout.REQUEST_BYTES);
        } else if (meets(Kind.REORDER_REQUESTS)) {
            swap(offset, previous);
        }
    }

    /** The guest is about to show its requests; false when they are not to be shown now. */
    boolean shows() {
        if (meets(Kind.CORRUPT_REQUEST_INDEX)) {
            ringPage.putIntRelease(REQ_PROD, ringPage.getInt(REQ_PROD) + WILD);
            return false;
        }
        delay = meets(Kind.DELAY_REQUEST) ? DELAY : delay;
        return delay == 0 && !meets(Kind.DROP_REQUEST);
    }

    /** How often the driver is rung when the guest rings it once. */
    int rings() {
        delay = meets(Kind.DELAY_EVENT) ? DELAY : delay;
        if (delay > 0 || meets(Kind.DROP_EVENT)) {
            return 0;
        }
        return meets(Kind.REPEAT_EVENT) ? TOO_OFTEN : 1;
    }

    /** Time passes for the guest; true when what was kept back is due. */
    boolean isDue() {
        boolean due = late || delay > 0 && --delay == 0;
        late = false;
        return due;
    }

    /** The guest is about to look for responses; false when there are none for it now. */
    boolean looks(int available) {
        if (available > 0 && meets(Kind.CORRUPT_RESPONSE_INDEX)) {
            ringPage.putIntRelease(RSP_PROD, ringPage.getInt(RSP_PROD) + WILD);
        }
        delay = available > 0 && meets(Kind.DELAY_RESPONSE) ? DELAY : delay;
        return delay == 0 || fault.kind() != Kind.DELAY_RESPONSE;
    }

    /**
     * The guest is about to take a response.
     *
     * @param next where the one after it stands; negative if there is none yet
     * @return how often it takes it
     */
    int takes(long offset, long next) {
        if (flipsBit(Kind.CORRUPT_RESPONSE, ringPage, offset, BlkifLayout.RESPONSE_BYTES)) {
            return 1;
        }
        if (next >= 0 && meets(Kind.REORDER_RESPONSES)) {
            swap(offset, next);
        }
        if (meets(Kind.DROP_RESPONSE)) {
            return 0;
        }
        return meets(Kind.REPEAT_RESPONSE) ? 2 : 1;
    }

    /** The driver has rung, or not: whether the guest hears it. */
    boolean hears(boolean rung) {
        if (rung) {
            delay = meets(Kind.DELAY_NOTIFICATION) ? DELAY : delay;
            return delay == 0 && !meets(Kind.DROP_NOTIFICATION);
        }
        return meets(Kind.REPEAT_NOTIFICATION);
    }

    /** What the driver is told the ring's page is. */
    static int ringFrame(Fault fault, int frame) {
        return fault instanceof ProtocolFault path && path.kind() == Kind.CORRUPT_STORE_REPLY ? frame + 1 : frame;
    }
}
