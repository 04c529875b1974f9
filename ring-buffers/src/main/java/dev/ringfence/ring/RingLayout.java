// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/**
 * Where things are in a shared ring, as Xen's {@code ring.h} has them.
 *
 * <pre>
 *   offset  0         4          8         12         16                    64
 *          +---------+----------+---------+----------+---------------------+--------+--------+-- - -
 *          | req_prod| req_event| rsp_prod| rsp_event| private, padding: 0 | slot 0 | slot 1 |
 *          +---------+----------+---------+----------+---------------------+--------+--------+-- - -
 *   written  front     back       back      front                            request by the front-end,
 *   by                                                                       response by the back-end
 * </pre>
 *
 * <p>{@code req_prod} and {@code rsp_prod} count what has been published; {@code req_event} and {@code rsp_event} say
 * at which count their writer wants to be told. A slot holds a request or a response, whichever is larger decides its
 * size; index {@code i} lives in slot {@code i mod slotCount}.
 */
public final class RingLayout {
    static final int REQ_PROD = 0;
    static final int REQ_EVENT = 4;
    static final int RSP_PROD = 8;
    static final int RSP_EVENT = 12;

    /** Where the slots begin. */
    public static final int HEADER_BYTES = 64;

    /** Xen's XENBUS_MAX_RING_GRANTS. */
    public static final int MAX_RING_PAGES = 16;

    private RingLayout() {}

    /** The count of requests published in a ring, by its front-end's word; for those who only watch. */
    public static int requestsPublished(Window ring) {
        return ring.getIntAcquire(REQ_PROD);
    }

    /** Slots in a ring: the largest power of two that fits, because indices are masked. */
    public static int slotCount(long ringBytes, int entryBytes) {
        long pages = ringBytes / SharedMemory.PAGE_BYTES;
        if (ringBytes % SharedMemory.PAGE_BYTES != 0 || pages < 1 || pages > MAX_RING_PAGES) {
            throw new IllegalArgumentException("a ring takes 1 to 16 whole pages: ringBytes=" + ringBytes);
        }
        if (entryBytes < 1 || entryBytes > SharedMemory.PAGE_BYTES - HEADER_BYTES) {
            throw new IllegalArgumentException("a slot must fit in the first page: entryBytes=" + entryBytes);
        }
        return Integer.highestOneBit((int) ((ringBytes - HEADER_BYTES) / entryBytes));
    }

    /** The index up to which the front-end says it has published requests; for those who only watch. */
    public static int requestProducer(Window ring) {
        return ring.getIntAcquire(REQ_PROD);
    }

    /** The index up to which responses are published, unless the front-end has overwritten it; for those who only watch. */
    public static int responseProducer(Window ring) {
        return ring.getIntAcquire(RSP_PROD);
    }

    static int slotCount(Window ring, int entryBytes) {
        return slotCount(ring.bytes(), entryBytes);
    }

    /** {@code a <= b} in unsigned arithmetic; for distances between indices, never for indices. */
    static boolean atMost(int a, int b) {
        return Integer.compareUnsigned(a, b) <= 0;
    }

    /**
     * Xen's notification hold-off: the counts passed by this publication include the one the peer asked for.
     *
     * <p>{@code event} is the peer's word: garbage there costs or saves notifications, never anything else.
     */
    static boolean passes(int event, int oldProducer, int newProducer) {
        return Integer.compareUnsigned(newProducer - event, newProducer - oldProducer) < 0;
    }
}
