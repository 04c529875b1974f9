// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Window;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Cuts granted pages into buffers of 4 KiB to 1 MiB: a buddy allocator, because a buffer's pages must lie in a row.
 *
 * <p>A block of order {@code k} is {@code 2^k} pages and begins at a multiple of that; freed, it joins its buddy if that
 * is free too. Free blocks of an order form a list through two arrays, so nothing is allocated once a block has been
 * used for the first time. Confined to the queue's thread.
 */
final class BufferPool {
    static final int MAX_ORDER = 8;
    static final int MAX_BYTES = RegionLayout.PAGE_BYTES << MAX_ORDER;

    private static final int NONE = -1;
    /** Order of a page that begins no free block. */
    private static final byte NOT_FREE = -1;

    private final Window memory;
    private final int pages;
    private final int[] firstFree = new int[MAX_ORDER + 1];
    private final int[] next;
    private final int[] previous;
    private final byte[] freeOrder;
    /** Buffers made so far, by order and by position among the blocks of that order. */
    private final PoolBuffer[][] buffers = new PoolBuffer[MAX_ORDER + 1][];

    private int freePages;

    /** @param memory whole pages */
    BufferPool(Window memory) {
        this.memory = memory;
        this.pages = Math.toIntExact(memory.bytes() / RegionLayout.PAGE_BYTES);
        next = new int[pages];
        previous = new int[pages];
        freeOrder = new byte[pages];
        Arrays.fill(freeOrder, NOT_FREE);
        Arrays.fill(firstFree, NONE);
        for (int order = 0; order <= MAX_ORDER; order++) {
            buffers[order] = new PoolBuffer[pages >> order];
        }
        for (int page = 0; page < pages; ) {
            int order = largestOrderAt(page);
            push(page, order);
            page += 1 << order;
        }
        freePages = pages;
    }

    private int largestOrderAt(int page) {
        int order = MAX_ORDER;
        while ((page & (1 << order) - 1) != 0 || page + (1 << order) > pages) {
            order--;
        }
        return order;
    }

    /** Bytes of the largest buffer there can be. */
    int largestBytes() {
        return RegionLayout.PAGE_BYTES << largestOrderAt(0);
    }

    int freePages() {
        return freePages;
    }

    /** The smallest buffer of at least so many bytes, or null when none is free. */
    PoolBuffer allocate(int bytes) {
        if (bytes < 1 || bytes > MAX_BYTES) {
            throw new IllegalArgumentException("a buffer takes 1 to " + MAX_BYTES + " bytes: bytes=" + bytes);
        }
        int order = order(bytes);
        int from = order;
        while (from <= MAX_ORDER && firstFree[from] == NONE) {
            from++;
        }
        if (from > MAX_ORDER) {
            return null;
        }
        int page = firstFree[from];
        remove(page, from);
        while (from > order) {
            from--;
            push(page + (1 << from), from);
        }
        freePages -= 1 << order;
        PoolBuffer buffer = buffer(page, order);
        buffer.allocated(true);
        buffer.bytes().clear();
        return buffer;
    }

    private static int order(int bytes) {
        int last = (bytes - 1) / RegionLayout.PAGE_BYTES;
        return Integer.SIZE - Integer.numberOfLeadingZeros(last);
    }

    private PoolBuffer buffer(int page, int order) {
        PoolBuffer[] ofOrder = buffers[order];
        int position = page >> order;
        if (ofOrder[position] == null) {
            int bytes = RegionLayout.PAGE_BYTES << order;
            long offset = (long) page * RegionLayout.PAGE_BYTES;
            ofOrder[position] =
                    new PoolBuffer(this, page, memory.byteBuffer(offset, bytes).order(ByteOrder.BIG_ENDIAN));
        }
        return ofOrder[position];
    }

    /** @throws IllegalStateException when the buffer is free already, or a request still uses it */
    void release(PoolBuffer buffer) {
        if (buffer.pool() != this || !buffer.isAllocated() || buffer.isInFlight()) {
            throw new IllegalStateException("not to be released: buffer=" + buffer + " ours=" + (buffer.pool() == this)
                    + " allocated=" + buffer.isAllocated() + " inFlight=" + buffer.isInFlight());
        }
        buffer.allocated(false);
        int order = order(buffer.capacity());
        int page = buffer.firstPage();
        freePages += 1 << order;
        while (order < MAX_ORDER) {
            int buddy = page ^ 1 << order;
            if (buddy >= pages || freeOrder[buddy] != order) {
                break;
            }
            remove(buddy, order);
            page = Math.min(page, buddy);
            order++;
        }
        push(page, order);
    }

    private void push(int page, int order) {
        int head = firstFree[order];
        next[page] = head;
        previous[page] = NONE;
        if (head != NONE) {
            previous[head] = page;
        }
        firstFree[order] = page;
        freeOrder[page] = (byte) order;
    }

    private void remove(int page, int order) {
        int before = previous[page];
        int after = next[page];
        if (before == NONE) {
            firstFree[order] = after;
        } else {
            next[before] = after;
        }
        if (after != NONE) {
            previous[after] = before;
        }
        freeOrder[page] = NOT_FREE;
    }
}
