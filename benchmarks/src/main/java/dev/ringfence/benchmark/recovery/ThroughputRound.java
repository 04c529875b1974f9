// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ringfence.benchmark.ThroughputPlot;
import java.util.List;

/**
 * The guest's throughput for some seconds while its driver is killed so many times a second.
 *
 * @param killsPerSecond 0: none
 * @param kills that were carried out, of which {@code warmKills} found a standby ready
 * @param longGaps gaps between completions longer than {@link LoadMemory#LONG_GAP_NANOS}, whatever their cause
 * @param crashGapNanos for each warm kill, the sum of those gaps around it
 * @param timeline throughput every few milliseconds
 * @param killedMillis when each kill fell, since the round began
 */
public record ThroughputRound(
        int killsPerSecond,
        int round,
        long elapsedNanos,
        long operations,
        int kills,
        int warmKills,
        long longGaps,
        long longGapNanos,
        List<Long> crashGapNanos,
        List<Sample> timeline,
        List<Long> killedMillis) {
    /**
     * @param atMillis the middle of the sample, since the round began
     */
    public record Sample(double atMillis, double operationsPerSecond) {}

    public ThroughputRound {
        crashGapNanos = List.copyOf(crashGapNanos);
        timeline = List.copyOf(timeline);
        killedMillis = List.copyOf(killedMillis);
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    double operationsPerSecond() {
        return operations * 1e9 / elapsedNanos;
    }

    /** Thousands of requests a second. */
    ThroughputPlot.Panel panel() {
        return new ThroughputPlot.Panel(
                title(),
                timeline.stream()
                        .map(sample ->
                                new ThroughputPlot.Point(sample.atMillis(), sample.operationsPerSecond() / 1_000))
                        .toList(),
                killedMillis,
                elapsedNanos / 1e6);
    }

    private String title() {
        String rate = ThroughputPlot.number(operationsPerSecond() / 1_000) + "k requests a second";
        if (killsPerSecond == 0) {
            return "no kills: " + rate;
        }
        return killsPerSecond + (killsPerSecond == 1 ? " kill" : " kills") + " a second asked for, " + kills
                + " carried out: " + rate;
    }
}
