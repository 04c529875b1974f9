// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import java.util.List;

/**
 * @param kind "driver" or "guest"
 * @param state "starting", "running", "restarting", "quarantined" or "stopped"
 * @param pid of the process that holds the leases; 0 when there is none
 * @param incarnation lives so far; it grows at each takeover
 * @param standbys process ids of the warm standbys
 * @param cpuMillis used by the present process
 * @param sandbox what confines it, such as "bwrap"; "none" when nothing does
 * @param reason why it is quarantined; empty otherwise
 * @param descriptors open in the present process
 * @param recovery a driver's takeovers
 */
public record DomainStatus(
        String name,
        int domid,
        String kind,
        String state,
        long pid,
        int incarnation,
        List<Long> standbys,
        long residentBytes,
        long cpuMillis,
        String sandbox,
        String reason,
        int descriptors,
        RecoveryStatus recovery) {
    public DomainStatus {
        standbys = List.copyOf(standbys);
    }
}
