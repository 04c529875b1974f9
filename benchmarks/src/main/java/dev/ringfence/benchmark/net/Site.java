// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where a link is built.
 *
 * @param resources take down what has been started, whatever becomes of the rest
 * @param home a directory for sockets and logs
 */
record Site(Resources resources, Namespaces hosts, Path home, LinkKind kind) {
    private static final int PATIENCE_SECONDS = 15;
    private static final int POLL_MILLIS = 10;

    /** Starts a program on a host that goes with the run. */
    Program start(String host, String... words) {
        return resources.closed(Program.start(home, words[0], Namespaces.on(host, words)));
    }

    Program start(Map<String, String> environment, List<String> command, String name) {
        return resources.closed(Program.start(home, name, command, environment));
    }

    /** Whether a host has an interface. */
    boolean hasPort(String host, String port) {
        return hosts.ip(host, "-oneline", "link", "show").contains(" " + port + ":");
    }

    /** Takes the inside port, which a program has made in the outside host, to where it belongs. */
    void handOverInsidePort() {
        hosts.ip(hosts.outside(), "link", "set", kind.insidePort(), "netns", hosts.inside());
    }

    /** Gives both ends their addresses. */
    void address() {
        address(hosts.outside(), kind.outsidePort(), kind.outsideAddress());
        address(hosts.inside(), kind.insidePort(), kind.insideAddress());
    }

    void address(String host, String port, String address) {
        hosts.ip(host, "address", "add", address + "/24", "dev", port);
        hosts.ip(host, "link", "set", port, "up");
    }

    /** Waits until frames pass. */
    void awaitAnswer() {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Ping.answers(hosts, home, kind.outsideAddress())) {
            if (System.nanoTime() - until > 0) {
                throw new BenchmarkException("no ping was answered for " + PATIENCE_SECONDS + " s");
            }
            Program.pause(POLL_MILLIS);
        }
    }
}
