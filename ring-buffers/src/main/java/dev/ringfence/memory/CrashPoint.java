// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes a driver die at its n-th ordered store, for the tests that prove every one of them harmless.
 *
 * <p>The system property {@code ringfence.crashAtStore} is read once; without it all of this folds away.
 *
 * <table>
 *   <caption>What its value means</caption>
 *   <tr><td>n from 1</td><td>SIGKILL of this process right after its n-th ordered store since {@link #start}</td></tr>
 *   <tr><td>-1</td><td>nothing by itself: a test's own driver says by {@link #watch} what is to happen</td></tr>
 * </table>
 *
 * <p>Counted are ordered stores and successful compare-and-sets to shared memory of every kind, what the C library does to
 * a lease, and calls that move data or make it durable: each is a moment after which a driver may be found dead.
 */
public final class CrashPoint {
    private static final long AT = Long.getLong("ringfence.crashAtStore", 0);
    private static final boolean WATCHED = AT != 0;

    private static volatile Watcher watcher = ordered -> {};

    private CrashPoint() {}

    /** Begins to count: what comes before (start-up) is not the subject of the experiment. */
    public static void start() {
        if (AT > 0) {
            watcher = new Countdown();
        }
    }

    /** What a test's own driver does at each store. */
    @FunctionalInterface
    public interface Watcher {
        /** After a store, on the thread that did it; plain stores can be found in any order, and in none. */
        void stored(boolean ordered);

        /**
         * A worker is about to end with an error, on its own thread. True: its process shall go on without it; to the kernel,
         * and so to the heir, that is the same.
         */
        default boolean buries(Throwable cause) {
            return false;
        }
    }

    /**
     * From now on {@code newWatcher} is told of every store.
     *
     * @throws IllegalStateException when the property was not set: it would never be told
     */
    public static void watch(Watcher newWatcher) {
        if (!WATCHED) {
            throw new IllegalStateException("ringfence.crashAtStore is not set: crashAtStore=" + AT);
        }
        watcher = newWatcher;
    }

    /**
     * Ends the calling thread where it stands, as SIGKILL ends all threads of a process: nothing is unwound, no lock is
     * given back, and the kernel hands its lease on. The JVM takes it for a thread that never returns from native code.
     * A thousand times cheaper than a process for each death.
     */
    public static void exitThread() {
        Processes.exitThread();
    }

    /** True: a worker that ends with this error is not to take its process along. */
    public static boolean buries(Throwable cause) {
        return WATCHED && watcher.buries(cause);
    }

    static void passed() {
        if (WATCHED) {
            watcher.stored(true);
        }
    }

    static void passedPlain() {
        if (WATCHED) {
            watcher.stored(false);
        }
    }

    private static final class Countdown implements Watcher {
        private final AtomicLong stores = new AtomicLong();

        @Override
        public void stored(boolean ordered) {
            if (ordered && stores.incrementAndGet() == AT) {
                Processes.killSelf();
            }
        }
    }
}
