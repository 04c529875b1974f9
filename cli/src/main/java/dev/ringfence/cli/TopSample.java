// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ConnectionStatus;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineStatus;
import dev.ringfence.hypervisor.control.RecoveryStatus;
import dev.ringfence.hypervisor.control.UsageStatus;
import java.util.List;
import java.util.Optional;

/**
 * What went on in a machine between two looks at it.
 *
 * @param intervalMillis the machine's own time between them, 1 at least
 */
record TopSample(
        String machine, long uptimeMillis, long intervalMillis, List<Domain> domains, List<Connection> connections) {
    private static final double MILLIS_A_SECOND = 1e3;
    private static final double NANOS_A_MICRO = 1e3;

    /**
     * @param cpuPercent of one processor; empty when another process than before is the present one
     * @param recovery over the domain's whole life
     */
    record Domain(
            String name,
            String kind,
            String state,
            long pid,
            int incarnation,
            List<Long> standbys,
            Double cpuPercent,
            long residentBytes,
            int descriptors,
            RecoveryStatus recovery) {}

    /**
     * @param cpuMicrosPerOperation empty when there was no operation
     * @param throttledPercent of the time of one queue
     * @param outages since the device was plugged in, as is {@code stalledNanos}
     */
    record Connection(
            String guest,
            String as,
            String backend,
            double operationsPerSecond,
            double readBytesPerSecond,
            double writtenBytesPerSecond,
            Double cpuMicrosPerOperation,
            double throttledPercent,
            long errors,
            long outages,
            long stalledNanos,
            int inFlight) {}

    /** @param before the same machine, earlier */
    static TopSample between(MachineStatus before, MachineStatus now) {
        long interval = Math.max(1, now.uptimeMillis() - before.uptimeMillis());
        return new TopSample(
                now.machine(),
                now.uptimeMillis(),
                interval,
                now.domains().stream()
                        .map(domain -> domain(domain, find(before, domain), interval))
                        .toList(),
                now.connections().stream()
                        .map(connection -> connection(connection, find(before, connection), interval))
                        .toList());
    }

    private static Optional<DomainStatus> find(MachineStatus status, DomainStatus domain) {
        return status.domains().stream()
                .filter(candidate -> candidate.name().equals(domain.name()) && candidate.pid() == domain.pid())
                .findFirst();
    }

    /** The usage to subtract: none when the device has been plugged in since, and so counts from 0. */
    private static UsageStatus find(MachineStatus status, ConnectionStatus connection) {
        return status.connections().stream()
                .filter(candidate -> candidate.guest().equals(connection.guest())
                        && candidate.as().equals(connection.as()))
                .map(ConnectionStatus::usage)
                .filter(usage -> usage.operations() <= connection.usage().operations())
                .findFirst()
                .orElse(UsageStatus.NONE);
    }

    private static Domain domain(DomainStatus now, Optional<DomainStatus> before, long intervalMillis) {
        return new Domain(
                now.name(),
                now.kind(),
                now.state(),
                now.pid(),
                now.incarnation(),
                now.standbys(),
                before.map(earlier -> 100.0 * (now.cpuMillis() - earlier.cpuMillis()) / intervalMillis)
                        .orElse(null),
                now.residentBytes(),
                now.descriptors(),
                now.recovery());
    }

    private static Connection connection(ConnectionStatus connection, UsageStatus before, long intervalMillis) {
        UsageStatus now = connection.usage();
        long operations = now.operations() - before.operations();
        double seconds = intervalMillis / MILLIS_A_SECOND;
        double cpuMicros = (now.cpuNanos() - before.cpuNanos()) / NANOS_A_MICRO;
        return new Connection(
                connection.guest(),
                connection.as(),
                connection.backend(),
                operations / seconds,
                (now.bytesRead() - before.bytesRead()) / seconds,
                (now.bytesWritten() - before.bytesWritten()) / seconds,
                operations == 0 ? null : cpuMicros / operations,
                100 * (now.throttledNanos() - before.throttledNanos()) / 1e9 / seconds,
                now.errors(),
                now.outages(),
                now.stalledNanos(),
                now.inFlight());
    }
}
