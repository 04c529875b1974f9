// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The figures of all rounds; round {@code i} of one engine was measured next to round {@code i} of the others. */
final class Results {
    static final String IMAGE = "image";
    static final String MEMORY = "memory";
    static final String NO_DEVICE = "none";

    private final Map<Key, List<Figures>> figures = new LinkedHashMap<>();

    private record Key(String device, Workload workload, String engine) {}

    /** What an engine made of a workload on a device, a figure a round. */
    public record Series(String device, Workload workload, String engine, Median median, List<Figures> rounds) {
        public Series {
            rounds = List.copyOf(rounds);
        }
    }

    /** Each the median of all rounds. */
    public record Median(double operationsPerSecond, double meanNanos, double p50Nanos, double p99Nanos) {
        static Median of(List<Figures> rounds) {
            return new Median(
                    median(rounds, Figures::operationsPerSecond),
                    median(rounds, Figures::meanNanos),
                    median(rounds, Figures::p50Nanos),
                    median(rounds, Figures::p99Nanos));
        }
    }

    /** Operations a second of one engine over those of another: a ratio a round, and their median. */
    public record Ratio(
            String device, String workload, String engine, String against, double median, List<Double> rounds) {
        public Ratio {
            rounds = List.copyOf(rounds);
        }
    }

    void add(String device, Workload workload, String engine, Figures round) {
        figures.computeIfAbsent(new Key(device, workload, engine), key -> new ArrayList<>())
                .add(round);
    }

    List<Figures> rounds(String device, Workload workload, String engine) {
        return figures.getOrDefault(new Key(device, workload, engine), List.of());
    }

    List<Series> series() {
        return figures.entrySet().stream()
                .map(entry -> new Series(
                        entry.getKey().device(),
                        entry.getKey().workload(),
                        entry.getKey().engine(),
                        Median.of(entry.getValue()),
                        entry.getValue()))
                .toList();
    }

    /** Empty when one of the two was not measured. */
    Optional<Ratio> ratio(String device, Workload workload, String engine, String against) {
        List<Figures> ours = rounds(device, workload, engine);
        List<Figures> theirs = rounds(device, workload, against);
        if (ours.isEmpty() || theirs.isEmpty()) {
            return Optional.empty();
        }
        List<Double> ratios = IntStream.range(0, ours.size())
                .mapToObj(round -> ours.get(round).operationsPerSecond()
                        / theirs.get(round).operationsPerSecond())
                .toList();
        return Optional.of(
                new Ratio(device, workload.name(), engine, against, median(ratios, Double::doubleValue), ratios));
    }

    static <T> double median(List<T> values, ToDoubleFunction<T> figure) {
        double[] sorted = values.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
