// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import java.util.List;

/** What carries frames between the two hosts. */
enum LinkKind {
    /** A driver domain and a guest. */
    DRIVER("driver", "ring", Role.OURS, ""),
    /** The same, whose processes count what they allocate; no speed is measured of it. */
    COUNTED("driver, counting", "count", Role.ASIDE, ""),
    /** The same system calls in one process with no isolation: the floor. */
    RELAY("relay", "relay", Role.FLOOR, ""),
    /** The kernel alone: what nobody outside it can reach. */
    KERNEL("veth + bridge", "veth", Role.KERNEL, ""),
    SOCAT("socat", "socat", Role.PEER, "socat"),
    VDE("vde", "vde", Role.PEER, "vde_switch vde_plug2tap"),
    OVS("ovs userspace", "ovs", Role.PEER, "ovs-vswitchd ovsdb-server ovsdb-tool ovs-vsctl"),
    PASTA("pasta", "pasta", Role.PEER, "pasta");

    enum Role {
        OURS,
        FLOOR,
        KERNEL,
        PEER,
        ASIDE
    }

    private final String label;
    private final String port;
    private final Role role;
    private final String programs;

    LinkKind(String label, String port, Role role, String programs) {
        this.label = label;
        this.port = port;
        this.role = role;
        this.programs = programs;
    }

    /** As tables and JSON call it. */
    String label() {
        return label;
    }

    Role role() {
        return role;
    }

    /** Other projects' programs that it consists of. */
    List<String> programs() {
        return programs.isEmpty() ? List.of() : List.of(programs.split(" ", -1));
    }

    String outsidePort() {
        return port + "0";
    }

    String insidePort() {
        return port + "1";
    }

    /** Of the outside host, as the inside one sees it. */
    String outsideAddress() {
        return "10.99." + (ordinal() + 1) + ".1";
    }

    String insideAddress() {
        return "10.99." + (ordinal() + 1) + ".2";
    }
}
