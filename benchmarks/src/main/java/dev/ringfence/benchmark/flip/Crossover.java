// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Comparator;
import java.util.List;

/**
 * From which size on a way is quicker than copying.
 *
 * @param bytes the smallest size from which on it always was; null: not even at the largest
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Crossover(Way way, Condition condition, Integer bytes) {

    static Crossover of(List<FlipSeries> series, Way way, Condition condition) {
        Integer from = null;
        List<FlipSeries> largestFirst = series.stream()
                .filter(one -> one.way() == way && one.condition() == condition)
                .sorted(Comparator.comparingInt(FlipSeries::bytes).reversed())
                .toList();
        for (FlipSeries one : largestFirst) {
            FlipSeries copy = find(series, Way.COPY, one.bytes(), condition);
            if (one.isMeasured() && copy.isMeasured()) {
                if (one.p50Nanos() >= copy.p50Nanos()) {
                    break;
                }
                from = one.bytes();
            }
        }
        return new Crossover(way, condition, from);
    }

    static FlipSeries find(List<FlipSeries> series, Way way, int bytes, Condition condition) {
        return series.stream()
                .filter(one -> one.way() == way && one.bytes() == bytes && one.condition() == condition)
                .findFirst()
                .orElseThrow();
    }
}
