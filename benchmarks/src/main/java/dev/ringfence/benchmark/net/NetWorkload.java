// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import java.util.List;

/** What is measured on every link. "Out" is from the inside host, which is the guest, to the outside one. */
enum NetWorkload {
    TCP_OUT("tcp, 1 stream, out", "Gbit/s", "-P 1"),
    TCP_IN("tcp, 1 stream, in", "Gbit/s", "-P 1 -R"),
    TCP4_OUT("tcp, 4 streams, out", "Gbit/s", "-P 4"),
    TCP4_IN("tcp, 4 streams, in", "Gbit/s", "-P 4 -R"),
    UDP_OUT("udp, 64 bytes, out", "1000/s", "-u -b 0 -l 64"),
    UDP_IN("udp, 64 bytes, in", "1000/s", "-u -b 0 -l 64 -R"),
    PING_IDLE("ping, idle", "us", ""),
    PING_LOADED("ping beside tcp out", "us", "");

    private final String label;
    private final String unit;
    private final String arguments;

    NetWorkload(String label, String unit, String arguments) {
        this.label = label;
        this.unit = unit;
        this.arguments = arguments;
    }

    /** As tables and JSON call it. */
    String label() {
        return label;
    }

    String unit() {
        return unit;
    }

    /** Of the iperf3 client, where one is meant. */
    List<String> arguments() {
        return List.of(arguments.split(" ", -1));
    }

    boolean isTcp() {
        return this == TCP_OUT || this == TCP_IN || this == TCP4_OUT || this == TCP4_IN;
    }

    boolean isUdp() {
        return this == UDP_OUT || this == UDP_IN;
    }
}
