// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/** fio's nbd engine, the one client of all NBD servers. */
final class Fio {
    private Fio() {}

    /** Loads the server at a socket; its default export. */
    static Figures run(Path socket, long bytes, Order order) {
        Workload workload = order.workload();
        String direction = workload.write() ? "write" : "read";
        String output = Tools.run(List.of(
                "fio",
                "--name=bench",
                "--ioengine=nbd",
                "--uri=nbd+unix:///?socket=" + socket,
                "--rw=" + (workload.random() ? "rand" : "") + direction,
                "--bs=" + workload.blockBytes(),
                "--iodepth=" + workload.depth(),
                "--size=" + bytes,
                "--time_based",
                "--runtime=" + order.nanos() / 1_000_000 + "ms",
                "--norandommap",
                "--randseed=" + (order.seed() & Integer.MAX_VALUE),
                "--output-format=json"));
        return figures(output, direction);
    }

    static Figures figures(String output, String direction) {
        try {
            // Notices, if any, come before the report.
            JsonNode job = WorkerLink.JSON
                    .readTree(output.substring(output.indexOf('{')))
                    .path("jobs")
                    .path(0);
            JsonNode side = job.path(direction);
            long operations = side.path("total_ios").asLong();
            if (job.path("error").asInt() != 0 || operations == 0) {
                throw new BenchmarkException("fio failed: " + output);
            }
            JsonNode percentiles = side.path("clat_ns").path("percentile");
            return new Figures(
                    operations,
                    side.path("runtime").asLong() * 1_000_000,
                    side.path("lat_ns").path("mean").asDouble(),
                    percentiles.path("50.000000").asLong(),
                    percentiles.path("99.000000").asLong(),
                    side.path("lat_ns").path("max").asLong(),
                    -1);
        } catch (JsonProcessingException | StringIndexOutOfBoundsException e) {
            throw new BenchmarkException("fio's report can't be read: " + output, e);
        }
    }
}
