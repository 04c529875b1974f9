// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whom a NIC may send as, from its keys in the file. */
final class SourceParser {
    /** Only what looks like one is asked of the JDK, which would ask the network for a name. */
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");

    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F.]*:[0-9a-fA-F:.]*");

    private SourceParser() {}

    static SourceSpec parse(Section nic) {
        List<InetAddress> addresses = new ArrayList<>();
        List<String> texts = nic.texts("addresses");
        for (int i = 0; i < texts.size(); i++) {
            Optional<InetAddress> address = address(texts.get(i));
            if (address.isEmpty()) {
                nic.problem("addresses", i, "expected an IP address such as \"10.0.0.2\" or \"fd00::2\"");
            } else if (address.get().isMulticastAddress()
                    || address.get().isAnyLocalAddress()
                    || texts.get(i).equals("255.255.255.255")) {
                nic.problem("addresses", i, "is not the address of a single host");
            }
            address.ifPresent(addresses::add);
        }
        return new SourceSpec(nic.flag("spoof"), addresses);
    }

    /** A literal; nobody is asked for a name. */
    static Optional<InetAddress> address(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
