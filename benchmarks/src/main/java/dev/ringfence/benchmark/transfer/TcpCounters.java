// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

import dev.ringfence.benchmark.NetworkHosts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What TCP did of its own about lost frames, as the kernel counts in a network namespace.
 *
 * @param retransmitted segments sent again
 * @param timeouts times that the retransmission timer fired: each is a silence of at least 200 ms
 * @param duplicates segments that arrived twice
 * @param resets connections that were broken off
 */
public record TcpCounters(long retransmitted, long timeouts, long duplicates, long resets) {
    private static final String STATISTICS = "/proc/thread-self/net/";

    /** Of a host, since it was made. */
    static TcpCounters of(String host) throws Exception {
        return NetworkHosts.in(host, () -> {
            Map<String, Long> counters = new HashMap<>();
            read(Path.of(STATISTICS, "snmp"), counters);
            read(Path.of(STATISTICS, "netstat"), counters);
            return new TcpCounters(
                    counters.getOrDefault("Tcp.RetransSegs", 0L),
                    counters.getOrDefault("TcpExt.TCPTimeouts", 0L),
                    counters.getOrDefault("TcpExt.TCPDSACKOldSent", 0L)
                            + counters.getOrDefault("TcpExt.TCPDSACKOfoSent", 0L),
                    counters.getOrDefault("Tcp.EstabResets", 0L)
                            + counters.getOrDefault("TcpExt.TCPAbortOnTimeout", 0L));
        });
    }

    /** A line of names, then one of values, for each protocol. */
    private static void read(Path file, Map<String, Long> counters) throws IOException {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            String[] names = lines.get(i).split(" ");
            String[] values = lines.get(i + 1).split(" ");
            for (int field = 1; field < names.length; field++) {
                counters.put(names[0].replace(":", ".") + names[field], Long.parseLong(values[field]));
            }
        }
    }

    TcpCounters plus(TcpCounters other) {
        return new TcpCounters(
                retransmitted + other.retransmitted,
                timeouts + other.timeouts,
                duplicates + other.duplicates,
                resets + other.resets);
    }

    TcpCounters since(TcpCounters before) {
        return new TcpCounters(
                retransmitted - before.retransmitted,
                timeouts - before.timeouts,
                duplicates - before.duplicates,
                resets - before.resets);
    }
}
