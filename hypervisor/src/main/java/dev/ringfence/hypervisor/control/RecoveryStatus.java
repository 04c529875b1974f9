// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import java.util.List;

/**
 * The takeovers of a driver domain, each counted once for all its queues: a stage took as long as it did in the slowest.
 *
 * @param replayed requests done again, in all takeovers together
 * @param stages "lease" (the kernel handed it over), "settle" (the journal was read), "replay", "answer" (the first turn
 *     was served), each from the one before; and "outage", all of them
 */
public record RecoveryStatus(long takeovers, long replayed, long lastOutageNanos, List<StageStatus> stages) {
    public static final RecoveryStatus NONE = new RecoveryStatus(0, 0, 0, List.of());

    public RecoveryStatus {
        stages = List.copyOf(stages);
    }
}
