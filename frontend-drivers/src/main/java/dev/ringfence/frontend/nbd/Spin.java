// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.ring.AdaptiveSpin;
import io.netty.util.IntSupplier;

/**
 * Looks for the disk's answers a little longer before the thread sleeps: waking a thread on an idle core takes tens of
 * microseconds, a driver that has its data at hand takes two. While the disk owes nothing there is no looking.
 */
final class Spin {
    /** What {@link #until} answers when no work turned up. */
    static final int NOTHING = Integer.MIN_VALUE;

    /** A look at the sockets is a system call, one at the ring is not. */
    private static final int RING_LOOKS = 64;

    private final AdaptiveSpin pace;
    private final QueueLoop queueLoop;

    Spin(long spinNanos, QueueLoop queueLoop) {
        this.pace = new AdaptiveSpin(spinNanos);
        this.queueLoop = queueLoop;
    }

    /** {@link #NOTHING}, or what the event loop is to go on with. */
    int until(IntSupplier selectNow) throws Exception {
        long nanos = queueLoop.awaitsAnswers() ? pace.nextNanos() : 0;
        if (nanos == 0) {
            return NOTHING;
        }
        long start = System.nanoTime();
        do {
            for (int look = 0; look < RING_LOOKS; look++) {
                Thread.onSpinWait();
                if (queueLoop.harvest()) {
                    pace.found();
                    return 0;
                }
            }
            int ready = selectNow.get();
            if (ready != 0) {
                pace.found();
                return ready;
            }
        } while (System.nanoTime() - start < nanos);
        pace.missed();
        return NOTHING;
    }
}
