// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringfence.benchmark.BenchmarkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A run of iperf3: its server on the outside host, its client on the inside one. */
final class Iperf implements AutoCloseable {
    private static final int GRACE_SECONDS = 15;
    /** TCP has found its window by then. */
    private static final int UNDER_WAY_MILLIS = 300;

    private static final double BITS_PER_GBIT = 1e9;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int seconds;
    private final Program server;
    private final Program client;

    private Iperf(int seconds, Program server, Program client) {
        this.seconds = seconds;
        this.server = server;
        this.client = client;
    }

    static Iperf start(Namespaces hosts, Path home, String address, NetWorkload workload, int seconds) {
        Program server = Program.start(
                home, "iperf3-server", Namespaces.on(hosts.outside(), "iperf3", "-s", "-1", "--forceflush"));
        try {
            server.await("it listens", () -> server.output().contains("Server listening"));
            List<String> command = new ArrayList<>(Namespaces.on(
                    hosts.inside(),
                    "iperf3",
                    "-c",
                    address,
                    "-J",
                    "-t",
                    Integer.toString(seconds),
                    "--connect-timeout",
                    "5000"));
            command.addAll(workload.arguments());
            return new Iperf(seconds, server, Program.start(home, "iperf3", command));
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Waits until it is under way. */
    void awaitLoad() {
        server.await("a client is there", () -> server.output().contains("Accepted connection"));
        Program.pause(UNDER_WAY_MILLIS);
    }

    /** Waits for its end. */
    Result await() {
        Result result = Result.parse(client.awaitEnd(seconds + GRACE_SECONDS));
        server.awaitEnd(GRACE_SECONDS);
        return result;
    }

    /**
     * @param bytes received, without headers
     */
    record Result(NetFigures figures, double bytes) {
        static Result parse(String output) {
            try {
                JsonNode json = JSON.readTree(output);
                if (!json.has("end") || json.has("error")) {
                    throw new BenchmarkException("iperf3: " + json.path("error").asText("no result"));
                }
                JsonNode end = json.path("end");
                return end.has("sum_received") && !end.path("sum").has("packets") ? tcp(end) : udp(end.path("sum"));
            } catch (JsonProcessingException e) {
                throw new BenchmarkException("iperf3 said nonsense: " + output.strip(), e);
            }
        }

        private static Result tcp(JsonNode end) {
            JsonNode received = end.path("sum_received");
            double retransmits = end.path("sum_sent").path("retransmits").asDouble();
            return new Result(
                    new NetFigures(
                            received.path("bits_per_second").asDouble() / BITS_PER_GBIT,
                            Map.of(NetFigures.RETRANSMITS, retransmits)),
                    received.path("bytes").asDouble());
        }

        private static Result udp(JsonNode sum) {
            double sent = sum.path("packets").asDouble();
            double lost = sum.path("lost_packets").asDouble();
            if (sent == 0) {
                throw new BenchmarkException("iperf3: no packet was sent");
            }
            double received = sent - lost;
            return new Result(
                    new NetFigures(
                            received / sum.path("seconds").asDouble() / 1e3,
                            Map.of(NetFigures.LOST_PERCENT, 100 * lost / sent)),
                    received * (sum.path("bytes").asDouble() / sent));
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
