// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.NetworkHosts;
import dev.ringfence.benchmark.Resources;
import dev.ringfence.benchmark.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Two hosts that have nothing but what the benchmark gives them: network namespaces of its own, gone with the run.
 *
 * @param outside the names of the two, as {@code ip netns} has them
 */
record Namespaces(String outside, String inside) {
    private static final Path NO_IPV6 = Path.of("/proc/sys/net/ipv6/conf/default/disable_ipv6");
    private static final Path PING_GROUPS = Path.of("/proc/sys/net/ipv4/ping_group_range");

    static Namespaces create(Resources resources) {
        NetworkHosts hosts = resources.closed(new NetworkHosts());
        Namespaces both = new Namespaces(hosts.add("out"), hosts.add("in"));
        quieten(both.outside);
        quieten(both.inside);
        return both;
    }

    /** No packets but ours; and whoever forwards pings may. */
    private static void quieten(String host) {
        try {
            NetworkHosts.in(host, () -> {
                if (Files.exists(NO_IPV6)) {
                    Files.writeString(NO_IPV6, "1");
                }
                return Files.writeString(PING_GROUPS, "0 0");
            });
        } catch (Exception e) {
            throw new BenchmarkException("network namespace " + host + " can't be set up: " + e.getMessage(), e);
        }
    }

    static String file(String host) {
        return "/run/netns/" + host;
    }

    /** Runs {@code ip} on a host to its end; what it said. */
    String ip(String host, String... words) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", host));
        command.addAll(List.of(words));
        return Tools.run(command);
    }

    /** The command that runs a program on a host, in the same process. */
    static List<String> on(String host, String... words) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", host));
        command.addAll(List.of(words));
        return command;
    }
}
