// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

/**
 * What a guest says of its driver: nothing of it is believed before the hypervisor has looked itself.
 *
 * @param queue as {@link WatchedQueue#name}
 * @param index of the response that was wrong
 */
public record ViolationReport(int guest, String queue, int index, long id, int operation, int status, String reason) {
    /** What the journal says to it, which no guest can write. */
    public enum Verdict {
        /** The journal shows a violation. */
        PROVEN,
        /** The journal shows that the driver was right. */
        REFUTED,
        /** The journal doesn't tell; what the ring shows the guest could have written itself. */
        OPEN
    }
}
