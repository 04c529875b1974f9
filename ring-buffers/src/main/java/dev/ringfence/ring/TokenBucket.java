// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import dev.ringfence.memory.Window;

/**
 * A limit on a rate that all queues of a connection share, and all lives of its driver: the bucket is one word of control
 * memory, the time until which what was let through is paid for, so that a takeover grants no second burst.
 *
 * <p>What passes goes into debt by its whole size, whatever that is, and the next one waits until the debt is no more
 * than {@link #BURST_NANOS} worth. Times are the machine's monotonic clock. Any thread of the driver; allocates nothing.
 */
public final class TokenBucket {
    /** So much may go at once after a pause. */
    static final long BURST_NANOS = 100_000_000;
    /** Nothing honest is ever deeper in debt: a word that says so was overwritten. */
    static final long DEBT_NANOS_MAX = 60_000_000_000L;

    private static final long NANOS_A_SECOND = 1_000_000_000;
    /** More than any request, and no overflow when it is multiplied. */
    private static final long AMOUNT_MAX = 1L << 32;

    private final Window memory;
    private final int limit;
    private final int paidUntil;

    /** @param limit where the limit is, a second; 0 for none */
    TokenBucket(Window memory, int limit, int paidUntil) {
        this.memory = memory;
        this.limit = limit;
        this.paidUntil = paidUntil;
    }

    /** What may pass in a second; 0: everything. */
    public long limit() {
        return memory.getLong(limit);
    }

    /** How long the next has to wait; 0 when it need not. */
    public long waitNanos(long nowNanos) {
        return limit() <= 0 ? 0 : Math.max(0, debt(memory.getLongAcquire(paidUntil), nowNanos) - BURST_NANOS);
    }

    /** Lets so much pass. */
    public void take(long amount, long nowNanos) {
        long rate = limit();
        if (rate <= 0) {
            return;
        }
        long cost = Math.min(amount, AMOUNT_MAX) * NANOS_A_SECOND / rate;
        long before;
        do {
            before = memory.getLongAcquire(paidUntil);
        } while (!memory.compareAndSetLong(paidUntil, before, nowNanos + debt(before, nowNanos) + cost));
    }

    private static long debt(long paidUntil, long nowNanos) {
        long debt = paidUntil - nowNanos;
        return debt < 0 || debt > DEBT_NANOS_MAX ? 0 : debt;
    }
}
