// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/** Processor time of the thread that asks. One thread; allocates nothing, but takes a system call. */
public final class ThreadClock {
    private static final int CLOCK_THREAD_CPUTIME_ID = 3;
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private final Scratch time = new Scratch(16);

    /** User and system time since the thread began. */
    public long cpuNanos() {
        LibC.INSTANCE.clock_gettime(CLOCK_THREAD_CPUTIME_ID, time.address());
        return time.window().getLong(0) * NANOS_A_SECOND + time.window().getLong(8);
    }
}
