// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the driver of a switch is told, as options of its {@link DeviceDescription}. Its files come in this order: of the uplink
 * the TAP device, or the sockets that a tunnel is heard and told by; then of each port, for each of the device's queues, the sending and the receiving end of an inbox.
 *
 * @param mtu bytes behind the Ethernet header, of every port
 * @param ageingMillis for so long an address is remembered that nobody sends from
 * @param broadcasts frames a second that a port may have copied for all others
 * @param network the number of a tunnel's; of no meaning otherwise
 */
public record SwitchOptions(int mtu, long ageingMillis, int broadcasts, Uplink uplink, int network, List<Port> ports) {
    /** What leads out of the switch. */
    public enum Uplink {
        NONE,
        TAP,
        TUNNEL
    }

    /** {@code 3/0 020000000001 locked copy 10.0.0.2 fd00::2}. */
    private static final Pattern PORT =
            Pattern.compile("(\\d+)/(\\d+) ([0-9a-f]{12}) (locked|spoof) (copy|flip|flip-guarded)((?: [0-9a-f.:]+)*)");

    private static final String PORT_KEY = "port.";
    private static final int HEX = 16;

    public SwitchOptions {
        ports = List.copyOf(ports);
    }

    /**
     * A guest's NIC.
     *
     * @param guest domain id
     * @param handle the NIC's number in its guest
     * @param address its Ethernet address, the first octet in bits 40 to 47
     * @param spoof it may send from any Ethernet address
     * @param receive how it gets frames
     * @param sources the only IP addresses it may send from; none: any
     */
    public record Port(
            int guest, int handle, long address, boolean spoof, ReceiveMode receive, List<InetAddress> sources) {
        public Port {
            sources = List.copyOf(sources);
        }

        /** Of its connection, {@link ConnectionSpec#name}. */
        public String connection() {
            return guest + "/" + handle;
        }

        String text() {
            StringBuilder text = new StringBuilder();
            text.append(connection()).append(" %012x ".formatted(address)).append(spoof ? "spoof" : "locked");
            text.append(' ').append(receive.text());
            sources.forEach(source -> text.append(' ').append(source.getHostAddress()));
            return text.toString();
        }

        static Port parse(String text) {
            Matcher form = PORT.matcher(text);
            if (!form.matches()) {
                throw new IllegalArgumentException("no port of a switch: port=" + text);
            }
            List<InetAddress> sources = new ArrayList<>();
            for (String source : form.group(6).strip().split(" ")) {
                if (!source.isEmpty()) {
                    sources.add(address(source));
                }
            }
            return new Port(
                    Integer.parseInt(form.group(1)),
                    Integer.parseInt(form.group(2)),
                    Long.parseLong(form.group(3), HEX),
                    form.group(4).equals("spoof"),
                    ReceiveMode.parse(form.group(5)).orElseThrow(),
                    sources);
        }

        /** A literal: nobody is asked for it. */
        private static InetAddress address(String literal) {
            try {
                return InetAddress.getByName(literal);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("no IP address: address=" + literal, e);
            }
        }
    }

    public Map<String, String> toMap() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("mtu", Integer.toString(mtu));
        options.put("ageing-millis", Long.toString(ageingMillis));
        options.put("broadcasts", Integer.toString(broadcasts));
        options.put("uplink", uplink.name());
        options.put("network", Integer.toString(network));
        for (int port = 0; port < ports.size(); port++) {
            options.put(PORT_KEY + port, ports.get(port).text());
        }
        return options;
    }

    /** @throws IllegalArgumentException when these are not what {@link #toMap} writes */
    public static SwitchOptions of(Map<String, String> options) {
        List<Port> ports = new ArrayList<>();
        while (options.containsKey(PORT_KEY + ports.size())) {
            ports.add(Port.parse(options.get(PORT_KEY + ports.size())));
        }
        return new SwitchOptions(
                Integer.parseInt(options.get("mtu")),
                Long.parseLong(options.get("ageing-millis")),
                Integer.parseInt(options.get("broadcasts")),
                Uplink.valueOf(options.get("uplink")),
                Integer.parseInt(options.get("network")),
                ports);
    }
}
