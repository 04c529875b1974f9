// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where a gateway listens: a UNIX socket, or a TCP port of the loopback interface. */
public sealed interface NbdEndpoint {
    /** NBD has no authentication: the socket file, which only its owner may use, is the protection. */
    record Unix(Path path) implements NbdEndpoint {
        @Override
        public String uri(String exportName) {
            return "nbd+unix:///" + encode(exportName) + "?socket=" + encode(path.toString());
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /** Port 0 stands for any free one. */
    record Tcp(InetSocketAddress address) implements NbdEndpoint {
        public Tcp {
            if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
                throw new IllegalArgumentException("address=" + address
                        + ": NBD has no authentication, so it is served on loopback addresses alone (127.0.0.1, ::1)");
            }
        }

        @Override
        public String uri(String exportName) {
            return "nbd://" + hostAndPort() + "/" + encode(exportName);
        }

        private String hostAndPort() {
            String host = address.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
        }

        @Override
        public String toString() {
            return "tcp:" + hostAndPort();
        }
    }

    /** The URI by which libnbd, QEMU and fio find an export here. */
    String uri(String exportName);

    /**
     * Reads {@code unix:PATH} or {@code tcp:HOST:PORT}, an IPv6 host in brackets.
     *
     * @throws IllegalArgumentException if the text is neither, or names an address other hosts can reach
     */
    static NbdEndpoint parse(String text) {
        if (text.startsWith("unix:") && text.length() > "unix:".length()) {
            return new Unix(Path.of(text.substring("unix:".length())));
        }
        int colon = text.lastIndexOf(':');
        if (text.startsWith("tcp:") && colon > "tcp:".length()) {
            return new Tcp(new InetSocketAddress(
                    host(text, text.substring("tcp:".length(), colon)), port(text, text.substring(colon + 1))));
        }
        throw new IllegalArgumentException("endpoint=" + text + ": expected unix:PATH or tcp:127.0.0.1:PORT");
    }

    private static InetAddress host(String text, String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("endpoint=" + text + ": unknown host " + host, e);
        }
    }

    private static int port(String text, String port) {
        try {
            int number = Integer.parseInt(port);
            if (number >= 0 && number <= 0xffff) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("endpoint=" + text + ": port " + port + " is no number", e);
        }
        throw new IllegalArgumentException("endpoint=" + text + ": port " + port + " is not in 0..65535");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
