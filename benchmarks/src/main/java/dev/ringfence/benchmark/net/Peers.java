// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.benchmark.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Links that others made: the kernel's own, and programs that carry frames in user space. None is tuned. */
final class Peers {
    private static final String BUFFER_BYTES = "65536";

    private Peers() {}

    /** A bridge of the outside host, with the inside host plugged into it. */
    static Map<String, Long> kernel(Site site) {
        Namespaces hosts = site.hosts();
        String plug = site.kind().outsidePort() + "p";
        hosts.ip(hosts.outside(), "link", "add", site.kind().outsidePort(), "type", "bridge");
        hosts.ip(
                hosts.outside(),
                words("link add", plug, "type veth peer name", site.kind().insidePort(), "netns", hosts.inside()));
        hosts.ip(hosts.outside(), words("link set", plug, "master", site.kind().outsidePort(), "up"));
        site.address();
        return Map.of();
    }

    private static String[] words(String... phrases) {
        return String.join(" ", phrases).split(" ", -1);
    }

    /** One process between two TAP devices. */
    static Map<String, Long> socat(Site site) {
        String outside = site.hosts().outside();
        Program socat = site.start(
                outside,
                "socat",
                "-b",
                BUFFER_BYTES,
                tun(site.kind().outsidePort()),
                tun(site.kind().insidePort()));
        awaitPorts(site, socat);
        site.handOverInsidePort();
        site.address();
        return Map.of("socat", socat.pid());
    }

    private static String tun(String name) {
        return "TUN,tun-type=tap,iff-no-pi,tun-name=" + name;
    }

    private static void awaitPorts(Site site, Program program) {
        String outside = site.hosts().outside();
        program.await(
                "its interfaces are there",
                () -> site.hasPort(outside, site.kind().outsidePort())
                        && site.hasPort(outside, site.kind().insidePort()));
    }

    /** A switch and two plugs, a process each. */
    static Map<String, Long> vde(Site site) {
        Namespaces hosts = site.hosts();
        Path control = site.home().resolve("vde");
        Program hub = site.start(hosts.outside(), "vde_switch", "--sock", control.toString());
        hub.await("it listens", () -> Files.exists(control.resolve("ctl")));
        Program outside = plug(site, control, hosts.outside(), site.kind().outsidePort());
        Program inside = plug(site, control, hosts.inside(), site.kind().insidePort());
        site.address();
        return processes("switch", hub, "plug outside", outside, "plug inside", inside);
    }

    private static Map<String, Long> processes(
            String first, Program one, String second, Program two, String third, Program three) {
        Map<String, Long> processes = new LinkedHashMap<>();
        processes.put(first, one.pid());
        processes.put(second, two.pid());
        processes.put(third, three.pid());
        return processes;
    }

    private static Program plug(Site site, Path control, String host, String port) {
        return site.start(host, "vde_plug2tap", "--sock", control.toString(), port)
                .await("its interface is there", () -> site.hasPort(host, port));
    }

    /** Open vSwitch's own data path, without the kernel's module: its internal ports are TAP devices. */
    static Map<String, Long> ovs(Site site) throws IOException {
        Path home = site.resources().deleted(Files.createDirectory(site.home().resolve("ovs")));
        Map<String, String> environment = Map.of("OVS_RUNDIR", home.toString(), "OVS_LOGDIR", home.toString());
        Path data = home.resolve("conf.db");
        Path socket = home.resolve("db.sock");
        Tools.run(List.of("ovsdb-tool", "create", data.toString(), schema().toString()));
        Program database = site.start(
                environment, List.of("ovsdb-server", data.toString(), "--remote=punix:" + socket), "ovsdb-server");
        database.await("it listens", () -> Files.exists(socket));
        vsctl(socket, "--no-wait", "init");
        String outside = site.hosts().outside();
        Program hub = site.start(environment, Namespaces.on(outside, "ovs-vswitchd", "unix:" + socket), "ovs-vswitchd");
        vsctl(socket, words("add-br rfbr -- set bridge rfbr datapath_type=netdev"));
        for (String port : List.of(site.kind().outsidePort(), site.kind().insidePort())) {
            vsctl(socket, words("add-port rfbr", port, "-- set interface", port, "type=internal"));
        }
        awaitPorts(site, hub);
        site.handOverInsidePort();
        site.address();
        return Map.of("switch", hub.pid());
    }

    private static Path schema() {
        String data = Optional.ofNullable(System.getenv("OVS_PKGDATADIR")).orElse("/usr/share/openvswitch");
        return Path.of(data, "vswitch.ovsschema");
    }

    private static void vsctl(Path socket, String... words) {
        List<String> command = new ArrayList<>(List.of("ovs-vsctl", "--timeout=10", "--db=unix:" + socket));
        command.addAll(List.of(words));
        Tools.run(command);
    }

    /** Ends the inside host's connections itself and makes its own to the outside host: no frames cross, and its MTU is 65520. */
    static Map<String, Long> pasta(Site site) {
        Namespaces hosts = site.hosts();
        LinkKind kind = site.kind();
        hosts.ip(hosts.outside(), "link", "add", kind.outsidePort(), "type", "bridge");
        site.address(hosts.outside(), kind.outsidePort(), kind.outsideAddress());
        // It copies what it gives from an interface with a default route.
        hosts.ip(hosts.outside(), words("route add default dev", kind.outsidePort()));
        List<String> command = Namespaces.on(
                hosts.outside(),
                words(
                        "pasta --foreground --stderr --ipv4-only --runas 0 --config-net --netns",
                        Namespaces.file(hosts.inside()),
                        "--interface",
                        kind.outsidePort(),
                        "--ns-ifname",
                        kind.insidePort(),
                        "--address",
                        kind.insideAddress(),
                        "--netmask 24 --gateway",
                        kind.outsideAddress(),
                        "--tcp-ports none --udp-ports none --tcp-ns none --udp-ns none"));
        Program pasta = site.start(Map.of(), command, "pasta");
        pasta.await("its interface is there", () -> site.hasPort(hosts.inside(), kind.insidePort()));
        return Map.of("pasta", pasta.pid());
    }
}
