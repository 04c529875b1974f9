// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

/**
 * A guest's device and the back-end it is connected to.
 *
 * @param as the guest's own name for it
 * @param backend driver domain and device, "disk/vol0"
 * @param state the front-end's Xenbus state: "Initialising" to "Closed"
 * @param mode "w" or "r"
 * @param bytes capacity
 */
public record ConnectionStatus(
        String guest,
        String as,
        String backend,
        String state,
        int queues,
        String mode,
        long bytes,
        UsageStatus usage) {}
