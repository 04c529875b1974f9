// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import dev.ringfence.grant.GrantCopy;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.GuardedPages;
import dev.ringfence.grant.OwnershipTable;
import dev.ringfence.grant.PageTransfer;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Mapping;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/**
 * An I/O region with both its sides in one process, half of its pages the guest's and half the driver's, and the driver's memory
 * beside it. Pages go round, so that no way finds the same ones in the caches every time. Confined to a thread.
 */
final class FlipMemory implements AutoCloseable {
    /** Pages of each side: the largest transfer twice. */
    static final int PAGES = 2 * FlipBenchmark.MAX_BYTES / RegionLayout.PAGE_BYTES;

    private static final int GUEST = 7;
    private static final int DRIVER = 3;
    private static final int CACHE_LINE = 64;

    private final RegionLayout layout = RegionLayout.forGuestFrames(2 * PAGES);
    private final SharedMemory region = SharedMemory.create("flip", layout.bytes());
    private final SharedMemory control = SharedMemory.create("flip-control", OwnershipTable.bytes(layout.frames()));
    private final PrivateMemory source = new PrivateMemory(FlipBenchmark.MAX_BYTES);
    private final PrivateMemory device = new PrivateMemory(FlipBenchmark.MAX_BYTES);
    private final PrivateMemory record = new PrivateMemory(PageTransfer.RECORD_BYTES);
    private final GrantTable guest = new GrantTable(region.window());
    private final GrantMap driver = new GrantMap(region.window(), DRIVER);
    private final OwnershipTable owners = new OwnershipTable(control.window(), layout.frames());
    private final PageTransfer transfer = new PageTransfer(region.window(), owners, DRIVER, GUEST, 0);
    private final int[] granted = new int[PAGES];
    private final int[] guests = new int[PAGES];
    private final int[] drivers = new int[PAGES];
    private GuardedPages guarded;
    private int cursor;

    FlipMemory() {
        source.window().fill(0, FlipBenchmark.MAX_BYTES, (byte) 1);
        device.window().fill(0, FlipBenchmark.MAX_BYTES, (byte) 3);
        region.window(RegionLayout.offset(layout.firstGuestFrame()), 2L * PAGES * RegionLayout.PAGE_BYTES)
                .fill(0, 2L * PAGES * RegionLayout.PAGE_BYTES, (byte) 2);
        for (int page = 0; page < PAGES; page++) {
            granted[page] = guest.grantAccess(DRIVER, layout.firstGuestFrame() + page, false);
        }
        reset();
    }

    /** As it was at the beginning: blocks of pages that are exchanged for each other stay frames in a row. */
    void reset() {
        owners.initialise(GUEST);
        owners.assign(layout.firstGuestFrame() + PAGES, PAGES, DRIVER, 0);
        for (int page = 0; page < PAGES; page++) {
            guests[page] = layout.firstGuestFrame() + page;
            drivers[page] = layout.firstGuestFrame() + PAGES + page;
        }
        if (guarded != null) {
            guarded.close();
        }
        guarded = new GuardedPages(region, owners, DRIVER, 0);
        cursor = 0;
    }

    /** What the guest's thread would read. Any thread. */
    Window pages() {
        return region.window();
    }

    long bytes() {
        return layout.bytes();
    }

    static int lineBytes() {
        return CACHE_LINE;
    }

    /** The next pages, as many as a transfer takes. */
    private int next(int pages) {
        int first = cursor;
        cursor = (cursor + pages) % PAGES;
        return first;
    }

    void direct(int pages, int bytes, boolean filled) {
        int first = next(pages);
        pin(first, pages);
        if (filled) {
            fill(region.window(), RegionLayout.offset(layout.firstGuestFrame() + first), bytes);
        }
        unpin(first, pages);
    }

    void copy(int pages, int bytes, boolean filled) {
        int first = next(pages);
        if (filled) {
            fill(source.window(), 0, bytes);
        }
        for (int at = 0; at < bytes; at += RegionLayout.PAGE_BYTES) {
            int length = Math.min(RegionLayout.PAGE_BYTES, bytes - at);
            GrantCopy.toGrant(source.window(), at, driver, granted[first + at / RegionLayout.PAGE_BYTES], 0, length);
        }
    }

    void flip(int pages, int bytes, boolean filled) {
        int first = next(pages);
        if (filled) {
            fill(region.window(), RegionLayout.offset(drivers[first]), bytes);
        }
        for (int page = first; page < first + pages; page++) {
            exchange(page);
        }
    }

    /** Taken away before it is the guest's, there again once it is the driver's. */
    void guarded(int pages, int bytes, boolean filled) {
        int first = next(pages);
        if (filled) {
            fill(guarded.window(), RegionLayout.offset(drivers[first]), bytes);
        }
        guarded.give(drivers[first], pages);
        for (int page = first; page < first + pages; page++) {
            exchange(page);
        }
        guarded.take(drivers[first], pages);
        touch(guarded.window(), RegionLayout.offset(drivers[first]), pages);
    }

    void map(int pages, int bytes, boolean filled) {
        int first = next(pages);
        pin(first, pages);
        long offset = RegionLayout.offset(layout.firstGuestFrame() + first);
        try (Mapping mapped = Mapping.of(region, offset, RegionLayout.offset(pages))) {
            if (filled) {
                fill(mapped.window(), 0, bytes);
            } else {
                touch(mapped.window(), 0, pages);
            }
        }
        unpin(first, pages);
    }

    private void pin(int first, int pages) {
        for (int page = first; page < first + pages; page++) {
            driver.pin(granted[page], true);
        }
    }

    private void unpin(int first, int pages) {
        for (int page = first; page < first + pages; page++) {
            driver.unpin(granted[page], true);
        }
    }

    /** What a device does, or the kernel. */
    private void fill(Window to, long offset, int bytes) {
        device.window().copyTo(0, to, offset, bytes);
    }

    /** All that either side does for one page. */
    private void exchange(int page) {
        int ref = guest.acceptTransfer(DRIVER, guests[page]);
        int empty = transfer.commit(ref);
        transfer.prepare(record.window(), 0, ref, empty, drivers[page]);
        transfer.exchange(record.window(), 0);
        drivers[page] = empty;
        guests[page] = guest.endTransfer(ref);
    }

    /** As a driver is about to fill them. */
    private static void touch(Window window, long offset, int pages) {
        for (int page = 0; page < pages; page++) {
            window.putByte(offset + RegionLayout.offset(page), (byte) 1);
        }
    }

    @Override
    public void close() {
        guarded.close();
        control.close();
        region.close();
    }
}
