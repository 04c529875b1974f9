// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.FrameHistory;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Window;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The pages of a guest that owns them one by one: each is free, and then full of a pattern that nobody may change, or granted. One
 * thread.
 */
final class GuestPages {
    static final int BYTES = RegionLayout.PAGE_BYTES;

    private static final byte FREE = (byte) 0xE7;

    private final Window region;
    private final GrantTable grants;
    private final int first;
    private final int count;
    private final FrameHistory history;
    private final Deque<Integer> free = new ArrayDeque<>();
    private final byte[] content = new byte[BYTES];
    private final byte[] untouched = new byte[BYTES];

    /** @param page its number in the region */
    record Page(int page, int ref) {}

    GuestPages(Window region, int first, int count, FrameHistory history) {
        this.region = region;
        this.grants = new GrantTable(region);
        this.first = first;
        this.count = count;
        this.history = history;
        Arrays.fill(untouched, FREE);
        for (int page = first; page < first + count; page++) {
            window(page).fill(0, BYTES, FREE);
            free.add(page);
        }
    }

    private Window window(int page) {
        return RegionLayout.frames(region, page, 1);
    }

    /** A page with this in it, which the driver may read. */
    Page grant(byte[] data, int from, int length) {
        int page = free.remove();
        window(page).put(0, data, from, length);
        return new Page(page, grants.grantAccess(LabProcess.DOMID, page, true));
    }

    /** A page that the driver may fill. */
    Page grant() {
        int page = free.remove();
        return new Page(page, grants.grantAccess(LabProcess.DOMID, page, false));
    }

    /** What is in a page. */
    void read(Page page, int offset, byte[] into, int at, int length) {
        window(page.page()).get(offset, into, at, length);
    }

    /** The driver has answered for the page. */
    void takeBack(Page page) {
        if (grants.endAccess(page.ref())) {
            window(page.page()).fill(0, BYTES, FREE);
            free.add(page.page());
        } else {
            history.violation(Nature.PROTOCOL, "page " + page.page() + " is in use after its answer");
        }
    }

    /** Nobody has written into a page that is the guest's alone. */
    void checkFree() {
        for (int page : free) {
            window(page).get(0, content, 0, BYTES);
            if (!Arrays.equals(content, untouched)) {
                history.violation(Nature.DATA, "page " + page + " was written to, and is free");
            }
        }
    }

    /** With no request left in any ring. */
    void checkWhole() {
        checkFree();
        if (free.size() != count) {
            history.violation(
                    Nature.PROTOCOL, "pages of the guest: " + free.size() + " of " + count + " from " + first);
        }
    }
}
