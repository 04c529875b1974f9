// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ringfence.benchmark.Goal;
import dev.ringfence.benchmark.Host;
import dev.ringfence.benchmark.ReportJson;
import dev.ringfence.benchmark.Summary;
import dev.ringfence.benchmark.ThroughputPlot;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What {@link TransferBenchmark} found.
 *
 * @param stall the longest silence at the application around each kill
 * @param stallWithoutTimeout of the kills after which TCP's timer did not fire: what TCP adds is the difference
 * @param quiet the longest silence in spans as long, with nobody killed
 * @param tcp of both hosts, over the whole transfer
 * @param equal what was received is what was given, by SHA-256
 * @param timeline megabytes a second
 */
public record TransferReport(
        String benchmark,
        Host machine,
        Map<String, Object> settings,
        long bytes,
        long elapsedNanos,
        boolean equal,
        Summary stall,
        Summary stallWithoutTimeout,
        Summary quiet,
        TcpCounters tcp,
        List<Stall> stalls,
        List<ThroughputPlot.Point> timeline,
        List<Goal> goals) {
    private static final double STALL_P99_MICROS = 5_000;

    public TransferReport {
        settings = Map.copyOf(settings);
        stalls = List.copyOf(stalls);
        timeline = List.copyOf(timeline);
        goals = List.copyOf(goals);
    }

    static TransferReport of(
            Host machine,
            TransferSettings settings,
            List<Stall> stalls,
            TcpCounters tcp,
            long bytes,
            long elapsedNanos,
            boolean equal,
            List<ThroughputPlot.Point> timeline) {
        Summary untimed = summary(stalls, stall -> stall.timeouts() == 0, Stall::nanos);
        List<Goal> goals = List.of(
                Goal.atMost("transfers that arrived changed", 0, equal ? 0 : 1, "SHA-256 differs"),
                Goal.atMost("connections reset", 0, (double) tcp.resets(), "TCP gave up"),
                Goal.atMost(
                        "stall p99 without TCP's timeouts, us",
                        STALL_P99_MICROS,
                        untimed.p99(),
                        "the successor, the guest, both hosts' TCP and the end of the dead want the same "
                                + machine.cores() + " cores"));
        return new TransferReport(
                "recovery of a transfer",
                machine,
                settings.asMap(),
                bytes,
                elapsedNanos,
                equal,
                summary(stalls, stall -> true, Stall::nanos),
                untimed,
                summary(stalls, stall -> true, Stall::quietNanos),
                tcp,
                stalls,
                timeline,
                goals);
    }

    private static Summary summary(List<Stall> stalls, Predicate<Stall> which, ToLongFunction<Stall> nanos) {
        return Summary.ofNanos(
                stalls.stream().filter(which).map(nanos::applyAsLong).toList());
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    double megabytesPerSecond() {
        return bytes * 1e3 / elapsedNanos;
    }

    /** What was promised holds, whatever its speed. */
    public boolean holds() {
        return equal && tcp.resets() == 0;
    }

    public String toJson() {
        return ReportJson.of(this);
    }
}
