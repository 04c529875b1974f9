// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What it takes to make the network interfaces of a machine; without them it has disks. */
final class NetworkChecks {
    private static final String COST = "a machine file with \"tap\" in it will not start";
    /** CAP_NET_ADMIN and CAP_SYS_ADMIN of capabilities(7). */
    private static final int NET_ADMIN_BIT = 12;

    private static final int SYS_ADMIN_BIT = 21;

    private NetworkChecks() {}

    static List<Finding> of(Host host) {
        return List.of(driver(host), right(host));
    }

    private static Finding driver(Host host) {
        Path device = host.root().resolve("dev/net/tun");
        return Files.exists(device)
                ? Finding.ok("TUN driver", device.toString())
                : Finding.warn("TUN driver", device + " is not there", COST, "modprobe tun");
    }

    private static Finding right(Host host) {
        String name = "network interfaces";
        long capabilities = host.line("proc/self/status", "CapEff:")
                .map(digits -> Long.parseUnsignedLong(digits, 16))
                .orElse(0L);
        if ((capabilities >>> NET_ADMIN_BIT & 1) == 0) {
            return Finding.warn(name, "not allowed", COST, "run as root (CAP_NET_ADMIN)");
        }
        return (capabilities >>> SYS_ADMIN_BIT & 1) == 1
                ? Finding.ok(name, "CAP_NET_ADMIN, CAP_SYS_ADMIN")
                : Finding.warn(
                        name,
                        "CAP_NET_ADMIN only",
                        "interfaces can't be put into other network namespaces",
                        "run as root (CAP_SYS_ADMIN)");
    }
}
