// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

import java.util.function.BooleanSupplier;

/**
 * How long to look for news before going to sleep. Waking a sleeper takes tens of microseconds, so looking pays while the
 * peer answers sooner; where it doesn't, it keeps the peer from running: two that spin on one processor take turns to wait
 * for each other, ten times slower than two that sleep.
 *
 * <p>Nobody can tell beforehand, so the past decides: what has been in vain several times in a row is tried ever more
 * rarely. Confined to one thread.
 */
public final class AdaptiveSpin {
    private static final int PATIENCE = 3;
    private static final int MAX_SKIPPED = 63;

    private final long nanos;
    private int misses;
    private int skip;
    private int skipped;

    /** @param nanos how long to look when it pays */
    public AdaptiveSpin(long nanos) {
        this.nanos = nanos;
    }

    /** The setting of this process, {@code ringfence.spinMicros}: longer than it takes to wake a peer on an idle processor. */
    public static AdaptiveSpin standard() {
        return new AdaptiveSpin(1_000L * Integer.getInteger("ringfence.spinMicros", 50));
    }

    /** How long to look this time; 0: sleep at once. When it isn't 0, {@link #found} or {@link #missed} is to follow. */
    public long nextNanos() {
        if (skipped < skip) {
            skipped++;
            return 0;
        }
        skipped = 0;
        return nanos;
    }

    /**
     * Looks for news as long as it pays; false: sleep.
     *
     * @param news made once, since this is called all the time
     */
    public boolean look(BooleanSupplier news) {
        long budget = nextNanos();
        if (budget == 0) {
            return false;
        }
        long since = System.nanoTime();
        do {
            Thread.onSpinWait();
            if (news.getAsBoolean()) {
                found();
                return true;
            }
        } while (System.nanoTime() - since < budget);
        missed();
        return false;
    }

    /** Something came while looking. */
    public void found() {
        misses = 0;
        skip = 0;
    }

    /** Nothing came in time. */
    public void missed() {
        misses++;
        if (misses >= PATIENCE) {
            skip = Math.min(MAX_SKIPPED, 2 * skip + 1);
        }
    }
}
