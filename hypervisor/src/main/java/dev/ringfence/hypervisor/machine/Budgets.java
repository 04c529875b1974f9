// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.OptionalInt;

/**
 * How long a driver may make no progress with work outstanding, and what it may use besides memory. Times are evidence, not
 * patience: of the worker's own processor time, or of time it provably slept.
 *
 * @param loopNanos own processor time without progress
 * @param blockedNanos asleep without progress, nobody else in the process running
 * @param deviceNanos asleep inside a device call
 * @param cpuPercent processor time over ten seconds, 100 a processor; empty: what its queues can use at most, and two more
 * @param files open file descriptors; empty: what its connections need, and plenty besides
 * @param threads likewise
 * @param grants pages pinned at once; empty: what its queues can have in flight
 * @param violations protocol violations, reported by a guest and proven by the journal, before it is killed; empty: never
 */
public record Budgets(
        long loopNanos,
        long blockedNanos,
        long deviceNanos,
        OptionalInt cpuPercent,
        OptionalInt files,
        OptionalInt threads,
        OptionalInt grants,
        OptionalInt violations) {
    public static final Budgets DEFAULT = new Budgets(
            10_000_000,
            500_000_000,
            30_000_000_000L,
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty());
}
