// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.net.InetAddress;
import java.util.List;

/**
 * Whom a NIC at a switch may send as.
 *
 * @param spoof from any Ethernet address, not only its own
 * @param addresses the only IP addresses; none: from any
 */
public record SourceSpec(boolean spoof, List<InetAddress> addresses) {
    public static final SourceSpec ITSELF = new SourceSpec(false, List.of());

    static final String[] KEYS = {"spoof", "addresses"};

    public SourceSpec {
        addresses = List.copyOf(addresses);
    }
}
