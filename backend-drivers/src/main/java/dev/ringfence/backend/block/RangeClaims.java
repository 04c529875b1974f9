// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.ring.Defect;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What each queue of a device is doing to which sectors right now, so that no request starts over an unfinished write.
 *
 * <p>A queue has one request under way at most. It claims by publishing its range and then looking at the others'; of two
 * that claim at once at least one sees the other, and who sees another gives way and tries again later. Private to a
 * process: a successor begins with an empty table, since nothing new starts before all replays are done.
 */
final class RangeClaims {
    private static final int COUNT_BITS = 20;
    private static final int WORDS_A_LINE = 8;
    private static final long NONE = 0;
    /** Longest range a claim can tell, in sectors of 512 bytes; longer ones are claimed to the end of the disk. */
    private static final long COUNT_MAX = (1L << COUNT_BITS) - 1;

    private final AtomicLongArray claims;
    private final int queues;

    RangeClaims(int queues) {
        this.queues = queues;
        this.claims = new AtomicLongArray(queues * WORDS_A_LINE);
    }

    /** Claims a range for a queue that has none. False: somebody is at work there, try again later. */
    boolean claim(int queue, long sector, long count, boolean write) {
        if (queues == 1 || Defect.CLAIMS_OFF.isOn()) {
            return true;
        }
        long mine = pack(sector, count, write);
        claims.set(queue * WORDS_A_LINE, mine);
        // set and get are volatile: our claim is visible to the others before we read theirs.
        for (int other = 0; other < queues; other++) {
            if (other != queue && conflicts(mine, claims.get(other * WORDS_A_LINE))) {
                claims.set(queue * WORDS_A_LINE, NONE);
                return false;
            }
        }
        return true;
    }

    void release(int queue) {
        if (queues > 1) {
            claims.set(queue * WORDS_A_LINE, NONE);
        }
    }

    private static long pack(long sector, long count, boolean write) {
        long packed = count > COUNT_MAX ? COUNT_MAX : count;
        return sector << COUNT_BITS + 1 | packed << 1 | (write ? 1 : 0);
    }

    private static boolean conflicts(long one, long other) {
        if (other == NONE || ((one | other) & 1) == 0) {
            return false;
        }
        return begin(one) < end(other) && begin(other) < end(one);
    }

    private static long begin(long claim) {
        return claim >>> COUNT_BITS + 1;
    }

    private static long end(long claim) {
        long count = claim >>> 1 & COUNT_MAX;
        return count == COUNT_MAX ? Long.MAX_VALUE : begin(claim) + count;
    }
}
