// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import java.util.List;

/** @param pid the hypervisor's */
public record MachineStatus(
        String machine,
        long pid,
        String stateDirectory,
        long uptimeMillis,
        List<DomainStatus> domains,
        List<ConnectionStatus> connections) {
    public MachineStatus {
        domains = List.copyOf(domains);
        connections = List.copyOf(connections);
    }
}
