// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** The calling thread's allocations on Java's heap, as the JVM counts them. */
final class AllocatedBytes {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocatedBytes() {}

    /** Bytes since the thread started. */
    static long now() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }
}
