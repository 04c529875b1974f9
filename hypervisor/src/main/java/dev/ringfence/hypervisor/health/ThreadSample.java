// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

/** What the kernel says of one thread at one moment (proc(5)). Filled again and again. */
final class ThreadSample {
    static final char GONE = 'X';

    /** R, S, D, T and so on; {@link #GONE} when there is no such thread. */
    char state = GONE;
    /** It is on its way out, and nobody can hurry it. */
    boolean exiting;
    /** Time on a processor, exact. */
    long cpuNanos;
    /** Time it was ready to run and had no processor. What it is waiting right now is not in it yet. */
    long delayNanos;
    /** Of its processor time, in its own code and in the kernel: sampled by ticks, good to some tens of milliseconds. */
    long userMillis;

    long systemMillis;

    private static final int READ = 0;
    private static final int POLL = 7;

    /** The system call it sleeps in (syscall_64.tbl), or -1 when that isn't known. */
    int systemCall = -1;

    /** As a worker does between requests. */
    boolean listens() {
        return systemCall == READ || systemCall == POLL || systemCall < 0;
    }

    boolean sleeps() {
        return state == 'S';
    }
}
