// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.util.IntSupplier;

/**
 * Looks for work a little longer before the thread sleeps: waking a thread on an idle core takes tens of microseconds.
 * Where it keeps finding nothing it spins ever more rarely, so that an idle gateway leaves its core alone.
 */
final class Spin {
    /** What {@link #until} answers when no work turned up. */
    static final int NOTHING = Integer.MIN_VALUE;

    private static final int MAX_SKIPPED = 64;

    private final long spinNanos;
    private final QueueLoop queueLoop;
    private int skip;
    private int skipped;

    Spin(long spinNanos, QueueLoop queueLoop) {
        this.spinNanos = spinNanos;
        this.queueLoop = queueLoop;
    }

    /** {@link #NOTHING}, or what the event loop is to go on with. */
    int until(IntSupplier selectNow) throws Exception {
        if (spinNanos == 0 || skipped++ < skip) {
            return NOTHING;
        }
        skipped = 0;
        long start = System.nanoTime();
        do {
            int ready = selectNow.get();
            if (ready != 0 || queueLoop.harvest()) {
                skip = 0;
                return ready;
            }
            Thread.onSpinWait();
        } while (System.nanoTime() - start < spinNanos);
        skip = Math.min(MAX_SKIPPED, 2 * skip + 1);
        return NOTHING;
    }
}
