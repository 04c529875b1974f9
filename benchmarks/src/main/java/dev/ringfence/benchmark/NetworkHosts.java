// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import dev.ringfence.memory.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Network namespaces of a run's own, each a host with nothing but its loopback and what the run puts into it. Made and
 * removed by iproute2's {@code ip}; takes root.
 */
public final class NetworkHosts implements AutoCloseable {
    private static final String TOOL = "ip";

    private final List<String> names = new ArrayList<>();

    /** Why there can't be any here; empty: there can. */
    public static Optional<String> obstacle() {
        if (!Tools.isInstalled(TOOL)) {
            return Optional.of("the program \"ip\" is not installed (Debian: iproute2)");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("network namespaces and interfaces are root's to make; run this as root");
        }
        return Optional.empty();
    }

    /** A new host; the name of its namespace. */
    public String add(String suffix) {
        String name = "ringfence-" + ProcessHandle.current().pid() + "-" + suffix;
        Tools.run(List.of(TOOL, "netns", "add", name));
        names.add(name);
        Tools.run(List.of(TOOL, "-n", name, "link", "set", "lo", "up"));
        return name;
    }

    /** Gives an interface of a host an address such as 10.0.0.1/24. */
    public static void address(String host, String link, String address) {
        Tools.run(List.of(TOOL, "-n", host, "address", "add", address, "dev", link));
    }

    /** There is such an interface, and it is up. */
    public static boolean isUp(String host, String link) {
        return Tools.run(List.of(TOOL, "-n", host, "-oneline", "link", "show", "up"))
                .contains(" " + link + ":");
    }

    /** Runs a task on a host: a socket that it opens stays there. */
    public static <T> T in(String host, Callable<T> task) throws Exception {
        return NetworkNamespace.in("/run/netns/" + host, task);
    }

    @Override
    public void close() {
        names.forEach(name -> Tools.run(List.of(TOOL, "netns", "delete", name)));
        names.clear();
    }
}
