// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Hands leases of the proven dead on where the kernel could not, because their owner had overwritten its lock word or list.
 * A lease that a living process holds, or is said to hold, is left alone.
 */
final class SlowFence {
    private final String domain;
    private final Connections connections;
    private final Standbys standbys;
    private final EventLog events;

    SlowFence(String domain, Connections connections, Standbys standbys, EventLog events) {
        this.domain = domain;
        this.connections = connections;
        this.standbys = standbys;
        this.events = events;
    }

    /** @param claimants the domain's processes that are not proven to be gone */
    void handOver(Collection<Claimant> claimants) {
        Set<Integer> living = claimants.stream().map(Claimant::number).collect(Collectors.toSet());
        List<Integer> threads = claimants.stream()
                .flatMap(claimant -> claimant.threads().stream())
                .toList();
        for (Connection connection : connections.all()) {
            int handed = connection.handOver(living, threads);
            if (handed > 0) {
                events.add("slow-fence", domain, connection.spec().name(), Map.of("leases", handed));
            }
        }
        standbys.handOver(living, threads);
    }
}
