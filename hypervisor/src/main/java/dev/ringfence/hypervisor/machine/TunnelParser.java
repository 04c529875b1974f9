// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import dev.ringfence.protocol.VxlanHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A switch's tunnel to another machine: its keys. */
final class TunnelParser {
    static final String[] KEYS = {"peer", "network", "port", "namespace"};

    /** Of what goes through it, so that the outer packet fits an Ethernet frame: 50 bytes less. */
    static final int MTU = 1450;

    private static final int PORT_MAX = 65_535;
    private static final Pattern PEER = Pattern.compile("(?:\\[([^]]+)]|([^:\\[\\]]+))(?::([0-9]{1,5}))?");

    private TunnelParser() {}

    static Optional<Backing.Tunnel> parse(Section section) {
        int port = section.number("port", 1, PORT_MAX, VxlanHeader.PORT);
        section.require("network", "42");
        int network = section.number("network", 0, VxlanHeader.NETWORK_MAX, 0);
        Optional<String> namespace = NicParser.namespace(section);
        Optional<InetSocketAddress> peer =
                section.requiredText("peer", "192.0.2.7").flatMap(TunnelParser::peer);
        if (peer.isEmpty() && section.has("peer")) {
            section.problem(
                    "peer", "expected an IP address such as \"192.0.2.7\", \"192.0.2.7:4789\" or \"[fd00::7]\"");
        }
        return peer.map(address -> new Backing.Tunnel(network, address, port, namespace));
    }

    private static Optional<InetSocketAddress> peer(String text) {
        Matcher form = PEER.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        int port = form.group(3) == null ? VxlanHeader.PORT : Integer.parseInt(form.group(3));
        Optional<InetAddress> host = SourceParser.address(form.group(1) == null ? form.group(2) : form.group(1));
        return host.filter(address -> port >= 1 && port <= PORT_MAX)
                .map(address -> new InetSocketAddress(address, port));
    }
}
