// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import dev.ringfence.benchmark.Goal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Whether what is the default is the quicker: for a full Ethernet frame, and for the largest piece that crosses at once. */
final class FlipGoals {
    private static final int PAGE_BYTES = 4096;
    /** What crosses in one piece at most: a TCP segment that the wire's end cuts. */
    private static final int SEGMENT_BYTES = 64 << 10;

    static final List<Integer> SIZES =
            List.of(FlipBenchmark.ETHERNET_BYTES, PAGE_BYTES, SEGMENT_BYTES, FlipBenchmark.MAX_BYTES);
    private static final List<Integer> FRAMES = List.of(FlipBenchmark.ETHERNET_BYTES, SEGMENT_BYTES);

    private final List<FlipSeries> series;

    FlipGoals(List<FlipSeries> series) {
        this.series = series;
    }

    Map<String, Way> quickest() {
        Map<String, Way> quickest = new LinkedHashMap<>();
        for (int bytes : SIZES) {
            Stream.of(Way.COPY, Way.FLIP, Way.GUARDED, Way.MAP)
                    .map(way -> find(way, bytes))
                    .filter(FlipSeries::isMeasured)
                    .min(Comparator.comparingDouble(FlipSeries::p50Nanos))
                    .ifPresent(found -> quickest.put(Integer.toString(bytes), found.way()));
        }
        return quickest;
    }

    List<Goal> evaluate() {
        List<Goal> goals = new ArrayList<>();
        for (int bytes : FRAMES) {
            ratio(goals, find(Way.DIRECT, bytes), find(Way.FLIP, bytes));
            ratio(goals, find(Way.COPY, bytes), find(Way.GUARDED, bytes));
        }
        return goals;
    }

    private static void ratio(List<Goal> goals, FlipSeries one, FlipSeries other) {
        if (one.isMeasured() && other.isMeasured()) {
            String why = String.format(
                    Locale.ROOT, "%s %.0f ns, %s %.0f ns", one.way(), one.p50Nanos(), other.way(), other.p50Nanos());
            String name = one.way() + " over " + other.way() + ", " + one.bytes() + " bytes";
            goals.add(Goal.atMost(name, 1, one.p50Nanos() / other.p50Nanos(), why));
        }
    }

    private FlipSeries find(Way way, int bytes) {
        return Crossover.find(series, way, bytes, Condition.FILLED);
    }
}
