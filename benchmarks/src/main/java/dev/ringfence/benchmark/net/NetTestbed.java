// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.NetworkHosts;
import dev.ringfence.benchmark.Resources;
import dev.ringfence.benchmark.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The two hosts and all links between them, up and running; gone when closed or killed. */
final class NetTestbed implements AutoCloseable {
    private static final Map<String, String> PACKAGES = Map.of("iperf3", "iperf3", "ping", "iputils-ping");
    /** Longer than any ping beside it. */
    private static final int LOAD_SECONDS = 60;

    private static final Path TUN = Path.of("/dev/net/tun");

    private final NetSettings settings;
    private final Resources resources = new Resources();
    private final List<Link> links = new ArrayList<>();
    private final Map<String, String> tools = new LinkedHashMap<>();
    private final List<String> skipped = new ArrayList<>();
    private Path home;
    private Namespaces hosts;
    private BellRoundTrip bells;

    private NetTestbed(NetSettings settings) {
        this.settings = settings;
    }

    /** @throws BenchmarkException when this host or its user lacks something; the message says what */
    static NetTestbed open(NetSettings settings) {
        requireRights();
        NetTestbed testbed = new NetTestbed(settings);
        try {
            testbed.start();
            return testbed;
        } catch (IOException e) {
            testbed.close();
            throw new BenchmarkException("the testbed can't be set up: " + e, e);
        } catch (RuntimeException e) {
            testbed.close();
            throw e;
        }
    }

    private static void requireRights() {
        NetworkHosts.obstacle().ifPresent(why -> {
            throw new BenchmarkException(why);
        });
        if (!Files.isWritable(TUN)) {
            throw new BenchmarkException("this host has no TUN driver (" + TUN + "): modprobe tun");
        }
        PACKAGES.forEach((program, debianPackage) -> {
            if (!Tools.isInstalled(program)) {
                throw new BenchmarkException(
                        "the program \"" + program + "\" is not installed (Debian: " + debianPackage + ")");
            }
        });
    }

    private void start() throws IOException {
        Tools.version("iperf3").ifPresent(version -> tools.put("iperf3", version));
        home = resources.deleted(Files.createTempDirectory("ringfence-bench"));
        hosts = Namespaces.create(resources);
        bells = resources.closed(new BellRoundTrip());
        for (LinkKind kind : LinkKind.values()) {
            if (kind.role() == LinkKind.Role.PEER) {
                tryPeer(kind);
            } else if (kind.role() != LinkKind.Role.ASIDE) {
                links.add(open(kind));
            }
        }
    }

    private void tryPeer(LinkKind kind) throws IOException {
        Optional<String> missing = kind.programs().stream()
                .filter(program -> !Tools.isInstalled(program))
                .findFirst();
        if (settings.skipPeers()) {
            skipped.add(kind.label() + ": not asked for");
        } else if (missing.isPresent()) {
            skipped.add(kind.label() + ": " + missing.get() + " is not installed");
        } else {
            try {
                links.add(open(kind));
                tools.put(kind.label(), String.join(", ", kind.programs()));
            } catch (BenchmarkException e) {
                skipped.add(kind.label() + ": did not start: " + e.getMessage());
            }
        }
    }

    private Link open(LinkKind kind) throws IOException {
        Site site = site(kind);
        Link link = new Link(kind, start(site));
        site.awaitAnswer();
        return link;
    }

    private Site site(LinkKind kind) {
        return new Site(resources, hosts, home, kind);
    }

    private Map<String, Long> start(Site site) throws IOException {
        return switch (site.kind()) {
            case DRIVER -> DriverLink.open(site, settings).processes();
            case RELAY -> RelayLink.open(site);
            case KERNEL -> Peers.kernel(site);
            case SOCAT -> Peers.socat(site);
            case VDE -> Peers.vde(site);
            case OVS -> Peers.ovs(site);
            case PASTA -> Peers.pasta(site);
            case COUNTED -> throw new IllegalArgumentException("kind=" + site.kind());
        };
    }

    List<Link> links() {
        return links;
    }

    /** Something was left out, or failed. */
    void note(String what) {
        skipped.add(what);
    }

    Map<String, String> tools() {
        return tools;
    }

    List<String> skipped() {
        return skipped;
    }

    NetFigures notification() {
        return bells.measure();
    }

    /** @throws BenchmarkException when it fails, with the reason */
    NetFigures measure(Link link, NetWorkload workload, int seconds) {
        String address = link.kind().outsideAddress();
        link.requireAlive();
        return switch (workload) {
            case PING_IDLE -> Ping.measure(hosts, home, address);
            case PING_LOADED -> {
                try (Iperf load = Iperf.start(hosts, home, address, NetWorkload.TCP_OUT, LOAD_SECONDS)) {
                    load.awaitLoad();
                    yield Ping.measure(hosts, home, address);
                }
            }
            default -> load(link, workload, seconds);
        };
    }

    private NetFigures load(Link link, NetWorkload workload, int seconds) {
        var before = link.times();
        try (Iperf test = Iperf.start(hosts, home, link.kind().outsideAddress(), workload, seconds)) {
            Iperf.Result result = test.await();
            Map<String, Double> cpu = new LinkedHashMap<>();
            link.secondsSince(before)
                    .forEach((process, used) ->
                            cpu.put(NetFigures.CPU_SECONDS_PER_GB + process, used / (result.bytes() / 1e9)));
            return result.figures().with(workload.isTcp() ? cpu : Map.of());
        }
    }

    /** Bytes a frame, by domain. */
    Map<String, Double> allocations(int seconds) throws IOException {
        Site site = site(LinkKind.COUNTED);
        DriverLink link = DriverLink.openCounting(site, settings);
        site.awaitAnswer();
        return new Allocations(hosts, home, link).measure(seconds);
    }

    @Override
    public void close() {
        resources.close();
    }
}
