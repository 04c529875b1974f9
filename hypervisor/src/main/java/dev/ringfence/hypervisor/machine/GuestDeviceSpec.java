// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

/**
 * A disk of a guest.
 *
 * @param as the guest's own name for it, such as "xvda"
 * @param queues how many queues to open, at most what the device offers
 */
public record GuestDeviceSpec(String as, DiskRef disk, AccessMode mode, int queues, RateLimits limits) {}
