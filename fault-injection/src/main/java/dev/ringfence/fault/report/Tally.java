// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.OutcomeClass;
import dev.ringfence.fault.campaign.TrialRecord;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What the trials of a ledger add up to. */
final class Tally {
    /** The part of faults that are in no code. */
    static final String NO_PART = "";

    private static final double MICROS_A_SECOND = 1_000_000;

    private final OutcomeCounts all = new OutcomeCounts();
    private final SortedMap<FaultKind, OutcomeCounts> byFault = new TreeMap<>();
    private final SortedMap<String, OutcomeCounts> byPart = new TreeMap<>();
    private final SortedMap<String, OutcomeCounts> byDriver = new TreeMap<>();
    private final Histogram outages = Outages.histogram();
    private final SortedMap<FaultKind, Histogram> outagesByFault = new TreeMap<>();
    private final SortedMap<String, Histogram> outagesByFamily = new TreeMap<>();
    private final SortedMap<OutcomeClass, Histogram> outagesByOutcome = new TreeMap<>();
    private long wallMicros;

    private Tally() {}

    static Tally of(List<TrialRecord> trials) {
        Tally tally = new Tally();
        trials.forEach(tally::add);
        return tally;
    }

    private void add(TrialRecord trial) {
        FaultKind kind = FaultKind.of(trial.fault());
        all.add(trial);
        counts(byFault, kind).add(trial);
        counts(byPart, trial.fault().part()).add(trial);
        counts(byDriver, trial.driver()).add(trial);
        wallMicros += trial.wallMicros();
        if (trial.outageMicros() >= 0) {
            long micros = trial.outageMicros();
            outages.recordValue(micros);
            histogram(outagesByFault, kind).recordValue(micros);
            histogram(outagesByFamily, kind.family()).recordValue(micros);
            histogram(outagesByOutcome, trial.outcome()).recordValue(micros);
        }
    }

    private static <K> OutcomeCounts counts(Map<K, OutcomeCounts> map, K key) {
        return map.computeIfAbsent(key, k -> new OutcomeCounts());
    }

    private static <K> Histogram histogram(Map<K, Histogram> map, K key) {
        return map.computeIfAbsent(key, k -> Outages.histogram());
    }

    OutcomeCounts all() {
        return all;
    }

    SortedMap<FaultKind, OutcomeCounts> byFault() {
        return Collections.unmodifiableSortedMap(byFault);
    }

    /** "device", "kit", "journal", and {@link #NO_PART}. */
    SortedMap<String, OutcomeCounts> byPart() {
        return Collections.unmodifiableSortedMap(byPart);
    }

    SortedMap<String, OutcomeCounts> byDriver() {
        return Collections.unmodifiableSortedMap(byDriver);
    }

    Outages outages() {
        return Outages.of(outages);
    }

    /** Only of those that had outages. */
    SortedMap<FaultKind, Outages> outagesByFault() {
        return summaries(outagesByFault);
    }

    SortedMap<String, Outages> outagesByFamily() {
        return summaries(outagesByFamily);
    }

    SortedMap<OutcomeClass, Outages> outagesByOutcome() {
        return summaries(outagesByOutcome);
    }

    private static <K> SortedMap<K, Outages> summaries(SortedMap<K, Histogram> histograms) {
        SortedMap<K, Outages> summaries = new TreeMap<>();
        histograms.forEach((key, histogram) -> summaries.put(key, Outages.of(histogram)));
        return summaries;
    }

    /** What all trials took, one after the other. */
    long wallMicros() {
        return wallMicros;
    }

    /** How many trials one worker does in a second; not a number where none took any time. */
    double trialsASecond() {
        return wallMicros == 0 ? Double.NaN : all.trials() * MICROS_A_SECOND / wallMicros;
    }
}
