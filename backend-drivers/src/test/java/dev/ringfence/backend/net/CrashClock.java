// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.CrashPoint;

/**
 * Ends a driver's life after so many of its stores to shared memory: nothing is unwound that has an effect, so that its
 * memory is what SIGKILL would leave. A driver's life is what is done inside {@link #survives}.
 */
final class CrashClock implements CrashPoint.Watcher {
    private final Runnable look;
    private final boolean plainToo;
    private boolean running;
    private int left;
    private int stores;

    /** How the death goes up to {@link #survives}; no code of a driver catches errors. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1;

        Death() {
            super("death", null, false, false);
        }
    }

    /**
     * @param look at what must be true after every store
     * @param plainToo counts plain stores too, and not only those that the journal's rules are made of
     */
    CrashClock(Runnable look, boolean plainToo) {
        this.look = look;
        this.plainToo = plainToo;
    }

    /** From now on death comes after so many stores; 0: never. */
    void set(int storesLeft) {
        left = storesLeft;
    }

    /** Does something as the driver; false: it died. */
    boolean survives(Runnable work) {
        running = true;
        try {
            work.run();
            return true;
        } catch (Death e) {
            return false;
        } finally {
            running = false;
        }
    }

    /** Does something that is not the driver's, in the middle of its life. */
    void aside(Runnable work) {
        boolean before = running;
        running = false;
        work.run();
        running = before;
    }

    @Override
    public void stored(boolean ordered) {
        if (!running || !ordered && !plainToo) {
            return;
        }
        stores++;
        look.run();
        if (--left == 0) {
            running = false;
            throw new Death();
        }
    }

    /** Of all lives so far. */
    int stores() {
        return stores;
    }
}
