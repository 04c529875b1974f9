// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringfence.benchmark.BenchmarkException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a frame costs of Java's heap, in a machine of its own whose domains count. */
final class Allocations {
    private static final int SETTLE_MILLIS = 4 * AllocationLog.PAUSE_MILLIS;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<NetWorkload> WORKLOADS =
            List.of(NetWorkload.TCP_OUT, NetWorkload.TCP_IN, NetWorkload.UDP_OUT, NetWorkload.UDP_IN);

    private final Namespaces hosts;
    private final Path home;
    private final DriverLink link;

    Allocations(Namespaces hosts, Path home, DriverLink link) {
        this.hosts = hosts;
        this.home = home;
        this.link = link;
    }

    /** Bytes a frame, by domain; the first loads don't count, since code allocates before it is compiled. */
    Map<String, Double> measure(int seconds) throws IOException {
        load(seconds);
        Program.pause(SETTLE_MILLIS);
        long frames = frames();
        Map<String, Long> before = bytes();
        load(seconds);
        Program.pause(SETTLE_MILLIS);
        long passed = frames() - frames;
        if (passed == 0) {
            throw new BenchmarkException("no frame passed while allocations were counted");
        }
        Map<String, Double> allocated = new LinkedHashMap<>();
        bytes().forEach((domain, bytes) -> allocated.put(domain, (double) (bytes - before.get(domain)) / passed));
        return allocated;
    }

    private void load(int seconds) {
        for (NetWorkload workload : WORKLOADS) {
            try (Iperf test = Iperf.start(hosts, home, LinkKind.COUNTED.outsideAddress(), workload, seconds)) {
                test.await();
            }
        }
    }

    private Map<String, Long> bytes() throws IOException {
        Map<String, Long> bytes = new LinkedHashMap<>();
        bytes.put("driver", AllocationLog.read(link.log(DriverLink.DRIVER)));
        bytes.put("guest", AllocationLog.read(link.log(DriverLink.GUEST)));
        return bytes;
    }

    /** In both directions, as the inside host's interface counts them. */
    private long frames() throws JsonProcessingException {
        String said = hosts.ip(hosts.inside(), "-json", "-stats", "link", "show", LinkKind.COUNTED.insidePort());
        JsonNode counters = JSON.readTree(said).path(0).path("stats64");
        return counters.path("rx").path("packets").asLong()
                + counters.path("tx").path("packets").asLong();
    }
}
