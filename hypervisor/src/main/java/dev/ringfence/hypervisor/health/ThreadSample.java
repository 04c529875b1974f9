// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

/** What the kernel says of one thread at one moment (proc(5)). Filled again and again. */
final class ThreadSample {
    static final char GONE = 'X';

    /** R, S, D, T and so on; {@link #GONE} when there is no such thread. */
    char state = GONE;
    /** Time on a processor, exact. */
    long cpuNanos;
    /** Time it was ready to run and had no processor. What it is waiting right now is not in it yet. */
    long delayNanos;
    /** Of its processor time, in its own code and in the kernel: sampled by ticks, good to some tens of milliseconds. */
    long userMillis;

    long systemMillis;

    boolean sleeps() {
        return state == 'S';
    }
}
