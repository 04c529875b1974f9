// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import dev.ringfence.memory.Window;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A second thread of the process that reads the pages all the time, as a guest does that is given them: it has their lines in
 * its processor's caches and their translations in its TLB, and must be interrupted when a mapping changes.
 */
final class Neighbour implements AutoCloseable {
    private static final int BLOCK_BYTES = 1024;
    private static final long SIGN_NANOS = 5_000;

    private final Thread thread;
    private volatile boolean reading;
    private volatile boolean ended;
    private final AtomicLong beats = new AtomicLong();
    private long sum;

    Neighbour(FlipMemory memory) {
        thread = new Thread(() -> read(memory.pages(), memory.bytes()), "flip-neighbour");
        thread.setDaemon(true);
        thread.start();
    }

    private void read(Window pages, long bytes) {
        while (!ended) {
            if (!reading) {
                LockSupport.park(this);
                continue;
            }
            for (long at = 0; at < bytes && reading; at += BLOCK_BYTES) {
                for (long line = at; line < at + BLOCK_BYTES; line += FlipMemory.lineBytes()) {
                    sum += pages.getLong(line);
                }
                beats.lazySet(beats.get() + 1);
            }
        }
    }

    void read(boolean now) {
        reading = now;
        LockSupport.unpark(thread);
    }

    /** Whether it reads at this moment: waits for a sign of it for a few microseconds. */
    boolean isRunning() {
        long before = beats.get();
        long end = System.nanoTime() + SIGN_NANOS;
        while (beats.get() == before) {
            if (System.nanoTime() > end) {
                return false;
            }
        }
        return true;
    }

    /** Of all that was read, so that it is read. */
    long sum() {
        return sum;
    }

    /** Returns once it reads no more: the memory may be unmapped then. */
    @Override
    public void close() {
        reading = false;
        ended = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
