// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The figures of every round. A round in which something failed has none. */
final class NetResults {
    private final Map<Key, Map<Integer, NetFigures>> figures = new LinkedHashMap<>();
    private final Map<Integer, NetFigures> notifications = new TreeMap<>();

    private record Key(LinkKind link, NetWorkload workload) {}

    /**
     * A workload on a link.
     *
     * @param median of the rounds; in {@code unit}, as the next two
     */
    public record Series(
            String workload,
            String unit,
            String link,
            double median,
            double min,
            double max,
            Map<String, Double> detailMedians,
            List<NetFigures> rounds) {
        static Series of(String workload, String unit, String link, List<NetFigures> rounds) {
            double[] sorted =
                    rounds.stream().mapToDouble(NetFigures::value).sorted().toArray();
            Map<String, Double> details = new TreeMap<>();
            rounds.get(0)
                    .details()
                    .keySet()
                    .forEach(name -> details.put(
                            name,
                            NetResults.median(rounds.stream()
                                    .map(round -> round.details().getOrDefault(name, 0.0))
                                    .toList())));
            return new Series(
                    workload,
                    unit,
                    link,
                    NetResults.median(rounds.stream().map(NetFigures::value).toList()),
                    sorted[0],
                    sorted[sorted.length - 1],
                    details,
                    List.copyOf(rounds));
        }
    }

    void add(LinkKind link, NetWorkload workload, int round, NetFigures measured) {
        figures.computeIfAbsent(new Key(link, workload), key -> new TreeMap<>()).put(round, measured);
    }

    /** Of a doorbell between two threads, in microseconds. */
    void addNotification(int round, NetFigures measured) {
        notifications.put(round, measured);
    }

    boolean has(LinkKind link, NetWorkload workload) {
        return figures.containsKey(new Key(link, workload));
    }

    private Map<Integer, NetFigures> rounds(LinkKind link, NetWorkload workload) {
        return figures.getOrDefault(new Key(link, workload), Map.of());
    }

    List<Series> series() {
        List<Series> series = new ArrayList<>();
        for (NetWorkload workload : NetWorkload.values()) {
            for (LinkKind link : LinkKind.values()) {
                if (has(link, workload)) {
                    List<NetFigures> rounds = List.copyOf(rounds(link, workload).values());
                    series.add(Series.of(workload.label(), workload.unit(), link.label(), rounds));
                }
            }
        }
        if (!notifications.isEmpty()) {
            List<NetFigures> rounds = List.copyOf(notifications.values());
            series.add(Series.of("notification and answer, idle", "us", "doorbells", rounds));
        }
        return series;
    }

    /** The median of what neighbouring rounds give for ours over another's; empty when none has both. */
    OptionalDouble ratio(LinkKind link, LinkKind against, NetWorkload workload) {
        Map<Integer, NetFigures> theirs = rounds(against, workload);
        List<Double> ratios = new ArrayList<>();
        rounds(link, workload).forEach((round, ours) -> {
            if (theirs.containsKey(round)) {
                ratios.add(ours.value() / theirs.get(round).value());
            }
        });
        return ratios.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(median(ratios));
    }

    /** Microseconds that a ping takes longer than another's, in the median of the rounds. */
    OptionalDouble added(LinkKind link, LinkKind against) {
        Map<Integer, NetFigures> theirs = rounds(against, NetWorkload.PING_IDLE);
        List<Double> added = new ArrayList<>();
        rounds(link, NetWorkload.PING_IDLE).forEach((round, ours) -> {
            if (theirs.containsKey(round)) {
                added.add(ours.value() - theirs.get(round).value());
            }
        });
        return added.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(median(added));
    }

    OptionalDouble notificationMicros() {
        return notifications.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(median(
                        notifications.values().stream().map(NetFigures::value).toList()));
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
