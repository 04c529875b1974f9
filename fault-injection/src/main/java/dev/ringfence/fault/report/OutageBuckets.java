// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.OutcomeClass;
import dev.ringfence.fault.campaign.TrialRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Outages by length, ten buckets to a power of ten: what a histogram with a logarithmic axis is drawn from. */
final class OutageBuckets {
    private static final int A_DECADE = 10;

    private final SortedMap<OutcomeClass, SortedMap<Integer, Integer>> counts = new TreeMap<>();
    private int first = Integer.MAX_VALUE;
    private int last = Integer.MIN_VALUE;

    private OutageBuckets() {}

    static OutageBuckets of(List<TrialRecord> trials) {
        OutageBuckets buckets = new OutageBuckets();
        for (TrialRecord trial : trials) {
            if (trial.outageMicros() >= 0) {
                buckets.add(trial.outcome(), trial.outageMicros());
            }
        }
        return buckets;
    }

    private void add(OutcomeClass outcome, long micros) {
        int bucket = (int) Math.floor(A_DECADE * Math.log10((double) Math.max(1, micros)));
        counts.computeIfAbsent(outcome, o -> new TreeMap<>()).merge(bucket, 1, Integer::sum);
        first = Math.min(first, bucket);
        last = Math.max(last, bucket);
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    List<OutcomeClass> outcomesFromTheTop() {
        List<OutcomeClass> outcomes = new ArrayList<>(counts.keySet());
        Collections.reverse(outcomes);
        return outcomes;
    }

    /** Both ends of each bucket, in microseconds. */
    List<Double> edges() {
        List<Double> edges = new ArrayList<>();
        for (int bucket = first; bucket <= last; bucket++) {
            edges.add(Math.pow(10, (double) bucket / A_DECADE));
            edges.add(Math.pow(10, (double) (bucket + 1) / A_DECADE));
        }
        return edges;
    }

    /** At those edges, how many trials ended as {@code top} or as a class below it in the stack. */
    List<Integer> outline(OutcomeClass top) {
        List<Integer> heights = new ArrayList<>();
        for (int bucket = first; bucket <= last; bucket++) {
            int height = 0;
            for (var row : counts.entrySet()) {
                height += row.getKey().compareTo(top) <= 0 ? row.getValue().getOrDefault(bucket, 0) : 0;
            }
            heights.add(height);
            heights.add(height);
        }
        return heights;
    }
}
