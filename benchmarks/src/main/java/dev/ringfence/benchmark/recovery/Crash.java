// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

/**
 * One death of a driver under load, and what came of it.
 *
 * @param outageNanos the longest gap between completions around it, on the queue where it was longest
 * @param guestOutageNanos the longest time in which no queue of the guest saw a completion
 * @param replayed requests found unfinished, by all queues
 * @param replayedStarted those of them that may have been done already
 * @param stages where the time went; of the queue that took longest
 */
public record Crash(long outageNanos, long guestOutageNanos, long replayed, long replayedStarted, Stages stages) {
    /**
     * @param heldNanos from the blow to the lease held; from the last completion where the driver struck itself
     * @param settledNanos from there until the journals of all queues were settled
     * @param replayedNanos from there until all queues had replayed
     * @param respondedNanos from there until the guest saw a completion; negative: it had seen a replayed one before
     */
    public record Stages(long heldNanos, long settledNanos, long replayedNanos, long respondedNanos) {}
}
