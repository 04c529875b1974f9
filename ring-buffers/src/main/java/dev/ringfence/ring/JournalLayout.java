// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import dev.ringfence.memory.RobustMutex;
import dev.ringfence.memory.SharedMemory;

/**
 * Where things lie in the control memory of one queue, which drivers and the hypervisor map and no guest ever does.
 *
 * <pre>
 *        0  lease          a page to itself (RobustMutex)
 *     4096  header         magic, version, slots, owner            each word that changes on a line of its own
 *             +64 reqCons  +128 rspCommitted  +192 activity
 *             +1024 statistics: see {@link QueueStatistics}
 *     8192  entries        slots x 256 bytes
 *           attachments    slots x 2048 bytes: what a request drags along (the segments of an indirect one, a packet's other slots)
 *
 *   entry:    0 state      4 attempts (24 bits), drivers that died of it alone (7 bits), is alone (1 bit)
 *             8 sequence (u64)
 *            16 ringIndex 20 responseIndex
 *            24 status    28 requestBytes 32 attachmentBytes
 *            36 takenSum  40 doneSum       44 ringSlots: how many slots of the ring the request took, from ringIndex on
 *            64 request, as it stood in the ring, at most 192 bytes
 * </pre>
 *
 * <p>States are words far apart, so that neither zeroed nor shifted memory passes for one of them.
 */
final class JournalLayout {
    static final int MAGIC = 0x314A4652; // "RFJ1"
    static final int VERSION = 2;

    static final int LEASE = 0;
    static final int HEADER = RobustMutex.BYTES;
    static final int HEADER_MAGIC = HEADER;
    static final int HEADER_VERSION = HEADER + 4;
    static final int HEADER_SLOTS = HEADER + 8;
    static final int HEADER_OWNERSHIP = HEADER + 12;
    static final int HEADER_OWNER = HEADER + 16;
    static final int HEADER_REQUEST_CONSUMER = HEADER + 64;
    static final int HEADER_RESPONSE_COMMITTED = HEADER + 128;
    static final int HEADER_ACTIVITY = HEADER + 192;
    static final int HEADER_STATISTICS = HEADER + 1024;
    static final int ENTRIES = HEADER + SharedMemory.PAGE_BYTES;

    static final int ENTRY_BYTES = 256;
    static final int ENTRY_STATE = 0;
    static final int ENTRY_ATTEMPTS = 4;
    static final int ENTRY_SEQUENCE = 8;
    static final int ENTRY_RING_INDEX = 16;
    static final int ENTRY_RESPONSE_INDEX = 20;
    static final int ENTRY_STATUS = 24;
    static final int ENTRY_REQUEST_BYTES = 28;
    static final int ENTRY_ATTACHMENT_BYTES = 32;
    static final int ENTRY_TAKEN_SUM = 36;
    static final int ENTRY_DONE_SUM = 40;
    static final int ENTRY_RING_SLOTS = 44;
    static final int ENTRY_REQUEST = 64;
    static final int REQUEST_BYTES_MAX = ENTRY_BYTES - ENTRY_REQUEST;
    static final int ATTACHMENT_BYTES_MAX = 2048;

    static final int ATTEMPTS_MASK = (1 << 24) - 1;
    static final int SOLO_DEATH = 1 << 24;
    static final int SOLO_DEATHS_MASK = 0x7f << 24;
    static final int ALONE = 1 << 31;

    static final int FREE = 0x46A55A46;
    static final int TAKEN = 0x5437C35A;
    static final int STARTED = 0x53E81D96;
    static final int DONE = 0x449B72E1;

    private JournalLayout() {}

    static long bytes(int slots) {
        long exact = ENTRIES + (long) slots * (ENTRY_BYTES + ATTACHMENT_BYTES_MAX);
        return (exact + SharedMemory.PAGE_BYTES - 1) / SharedMemory.PAGE_BYTES * SharedMemory.PAGE_BYTES;
    }

    static long entry(int entry) {
        return ENTRIES + (long) entry * ENTRY_BYTES;
    }

    static long attachment(int slots, int entry) {
        return entry(slots) + (long) entry * ATTACHMENT_BYTES_MAX;
    }
}
