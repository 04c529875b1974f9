// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.util.List;

/**
 * What every engine under comparison is asked to do alike.
 *
 * @param name how tables and JSON call it
 * @param depth requests kept under way
 * @param sleeping whoever waits for an answer sleeps at once, instead of looking for it for a while
 */
public record Workload(String name, boolean write, boolean random, int blockBytes, int depth, boolean sleeping) {
    /** Depth of the sequential workloads: enough that no engine waits for its next request. */
    private static final int SEQUENTIAL_DEPTH = 8;

    static final Workload DEEP_READ = random(false, 32);
    static final Workload DEEP_WRITE = random(true, 32);
    static final Workload SINGLE_READ = random(false, 1);
    static final Workload SLEEPING_READ =
            new Workload(SINGLE_READ.name() + " asleep", false, true, SINGLE_READ.blockBytes(), 1, true);

    /** Those that every engine is put to. */
    static final List<Workload> ALL = List.of(
            SINGLE_READ,
            random(false, 4),
            DEEP_READ,
            random(true, 1),
            random(true, 4),
            DEEP_WRITE,
            sequential(false),
            sequential(true));

    static Workload random(boolean write, int depth) {
        return new Workload(
                "4k " + (write ? "randwrite" : "randread") + " qd" + depth, write, true, 4096, depth, false);
    }

    static Workload sequential(boolean write) {
        String name = "128k " + (write ? "write" : "read") + " qd" + SEQUENTIAL_DEPTH;
        return new Workload(name, write, false, 128 << 10, SEQUENTIAL_DEPTH, false);
    }
}
