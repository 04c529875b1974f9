// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes a driver die at its n-th ordered store, for the tests that prove every one of them harmless.
 *
 * <p>Armed by the system property {@code ringfence.crashAtStore=n} (n from 1, counted from {@link #start}); without the
 * property the counting folds away. The death is a SIGKILL of the whole process, as a real one would be.
 */
public final class CrashPoint {
    private static final long AT = Long.getLong("ringfence.crashAtStore", 0);
    private static final boolean COUNTING = AT != 0;
    private static final AtomicLong STORES = new AtomicLong();
    private static volatile boolean started;

    private CrashPoint() {}

    /** Begins to count: what comes before (start-up, attaching) is not the subject of the experiment. */
    public static void start() {
        started = true;
    }

    /** Ordered stores since {@link #start}; 0 when not armed. A negative property value counts without ever dying. */
    public static long stores() {
        return STORES.get();
    }

    static void passed() {
        if (COUNTING && started && STORES.incrementAndGet() == AT) {
            Processes.killSelf();
        }
    }
}
