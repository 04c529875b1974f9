// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import java.util.List;

/**
 * Throughput with the health monitor on and off, in turns. What a driver does for it, telling its progress, it does in both.
 *
 * @param percent by which it is lower with the monitor on; the median of all pairs of neighbours
 * @param on requests a second
 * @param off requests a second; each was measured next to the same one of {@code on}
 */
public record SupervisionCost(double percent, List<Double> on, List<Double> off) {
    public SupervisionCost {
        on = List.copyOf(on);
        off = List.copyOf(off);
    }

    static SupervisionCost of(List<Pair> pairs) {
        return new SupervisionCost(
                Medians.of(pairs, pair -> 100 * (1 - pair.on() / pair.off())),
                pairs.stream().map(Pair::on).toList(),
                pairs.stream().map(Pair::off).toList());
    }

    /** Requests a second of two neighbours. */
    record Pair(double on, double off) {}
}
