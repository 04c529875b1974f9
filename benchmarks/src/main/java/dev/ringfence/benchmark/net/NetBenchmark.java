// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.Host;
import dev.ringfence.benchmark.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The speed of the whole way of a frame between two network namespaces, by a driver domain and by whatever else can be had, all
 * in one run and interleaved: a shared host's speed changes by the minute, ratios of neighbours don't.
 */
public final class NetBenchmark {
    private static final List<NetWorkload> WARM_UP =
            List.of(NetWorkload.TCP_OUT, NetWorkload.TCP_IN, NetWorkload.UDP_OUT, NetWorkload.UDP_IN);
    private static final int WARM_UP_SECONDS = 1;

    private final NetSettings settings;
    private final Progress progress;
    private final NetResults results = new NetResults();
    private int done;
    private int total = 1;

    public NetBenchmark(NetSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** @throws BenchmarkException when it can't be carried out; nothing is left running then */
    public NetReport run() {
        progress.at(0, 1, "starting the machine and its peers");
        try (NetTestbed testbed = NetTestbed.open(settings)) {
            Host host = Host.of(Path.of("/run"), testbed.tools());
            int links = testbed.links().size();
            total = links * WARM_UP.size() + settings.rounds() * (1 + links * NetWorkload.values().length) + 1;
            round(testbed, 0, WARM_UP);
            for (int round = 1; round <= settings.rounds(); round++) {
                step("round " + round + " of " + settings.rounds() + ": notification");
                results.addNotification(round, testbed.notification());
                round(testbed, round, List.of(NetWorkload.values()));
            }
            step("allocations");
            Map<String, Double> allocated = allocations(testbed);
            progress.at(total, total, "done");
            return report(testbed, host, allocated);
        } catch (IOException e) {
            throw new BenchmarkException("this host can't be described: " + e, e);
        }
    }

    private void step(String what) {
        progress.at(Math.min(done++, total), total, what);
    }

    private void round(NetTestbed testbed, int round, List<NetWorkload> workloads) {
        String name = round == 0 ? "warming up" : "round " + round + " of " + settings.rounds();
        for (NetWorkload workload : workloads) {
            List<Link> links = new ArrayList<>(testbed.links());
            // Nobody is always the first, or always after the same neighbour.
            Collections.rotate(links, round + workload.ordinal());
            for (Link link : links) {
                step(name + ": " + workload.label() + ", " + link.kind().label());
                measure(testbed, link, workload, round);
            }
        }
    }

    private void measure(NetTestbed testbed, Link link, NetWorkload workload, int round) {
        try {
            NetFigures figures = testbed.measure(link, workload, round == 0 ? WARM_UP_SECONDS : settings.seconds());
            if (round > 0) {
                results.add(link.kind(), workload, round, figures);
            }
        } catch (BenchmarkException e) {
            if (link.kind().role() != LinkKind.Role.PEER
                    || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            testbed.note(
                    link.kind().label() + ", " + workload.label() + ", round " + round + ": failed: " + e.getMessage());
        }
    }

    private Map<String, Double> allocations(NetTestbed testbed) throws IOException {
        try {
            return testbed.allocations(settings.seconds());
        } catch (BenchmarkException e) {
            testbed.note("allocations: not measured: " + e.getMessage());
            return Map.of();
        }
    }

    private NetReport report(NetTestbed testbed, Host host, Map<String, Double> allocated) {
        Map<String, Object> chosen = Map.of(
                "rounds", settings.rounds(),
                "seconds", settings.seconds(),
                "queues", settings.queues(),
                "receive", settings.receive().text());
        return new NetReport(
                "net",
                host,
                chosen,
                results.series(),
                allocated,
                testbed.skipped(),
                new NetGoals(results, host.cores(), host.loadAverage()).evaluate(allocated));
    }
}
