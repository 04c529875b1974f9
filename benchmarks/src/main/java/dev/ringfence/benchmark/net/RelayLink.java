// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.benchmark.JavaCommandLine;
import java.util.List;
import java.util.Map;

/** Starts a {@link Relay} with the same JVM flags as a driver's. */
final class RelayLink {
    private RelayLink() {}

    static Map<String, Long> open(Site site) {
        Namespaces hosts = site.hosts();
        LinkKind kind = site.kind();
        List<String> command = JavaCommandLine.of(
                Relay.class,
                List.of(
                        Namespaces.file(hosts.outside()),
                        kind.outsidePort(),
                        Namespaces.file(hosts.inside()),
                        kind.insidePort()));
        Program relay = site.start(Map.of(), command, "relay");
        relay.await(
                "its interfaces are there",
                () -> site.hasPort(hosts.outside(), kind.outsidePort())
                        && site.hasPort(hosts.inside(), kind.insidePort()));
        site.address();
        return Map.of("relay", relay.pid());
    }
}
