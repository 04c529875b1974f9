// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.ringfence.benchmark.recovery.Medians;
import java.util.List;

/**
 * One way with one size, over all rounds.
 *
 * @param pages it takes
 * @param batch transfers that were timed together; percentiles are of such groups
 * @param p50Nanos of one transfer: the median of the rounds' medians; 0 when it could not be measured
 * @param p99Nanos the median of the rounds' p99
 * @param rounds in which enough could be timed for a median
 */
public record FlipSeries(
        Way way,
        int bytes,
        int pages,
        Condition condition,
        int batch,
        double p50Nanos,
        double p99Nanos,
        double gigabytesPerSecond,
        List<Round> rounds) {
    /** Of which a median is worth something. */
    static final int GROUPS_MIN = 5;

    /** @param groups of transfers that count */
    public record Round(long groups, double p50Nanos, double p99Nanos, double maxNanos) {}

    public FlipSeries {
        rounds = List.copyOf(rounds);
    }

    static FlipSeries of(Way way, int bytes, int pages, Condition condition, int batch, List<Round> all) {
        List<Round> rounds =
                all.stream().filter(round -> round.groups() >= GROUPS_MIN).toList();
        double p50 = Medians.of(rounds, Round::p50Nanos);
        double p99 = Medians.of(rounds, Round::p99Nanos);
        return new FlipSeries(way, bytes, pages, condition, batch, p50, p99, p50 == 0 ? 0 : bytes / p50, rounds);
    }

    /** False: the neighbour never had a processor at the same time as we. */
    @JsonIgnore
    boolean isMeasured() {
        return p50Nanos > 0;
    }
}
