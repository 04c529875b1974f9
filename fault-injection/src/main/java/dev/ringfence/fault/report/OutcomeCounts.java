// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.OutcomeClass;
import dev.ringfence.fault.campaign.TrialRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** How many trials ended how, and of how many of them the driver recovered. */
final class OutcomeCounts {
    private static final List<OutcomeClass> NOTICED = List.of(
            OutcomeClass.CRASH,
            OutcomeClass.HANG,
            OutcomeClass.HOG,
            OutcomeClass.PROTOCOL_VIOLATION,
            OutcomeClass.DETECTED_DATA_ERROR);

    private final long[] counts = new long[OutcomeClass.values().length];
    private final long[] recovered = new long[OutcomeClass.values().length];

    void add(TrialRecord trial) {
        counts[trial.outcome().ordinal()]++;
        if (trial.recovered()) {
            recovered[trial.outcome().ordinal()]++;
        }
    }

    long count(OutcomeClass outcome) {
        return counts[outcome.ordinal()];
    }

    long recovered(OutcomeClass outcome) {
        return recovered[outcome.ordinal()];
    }

    long trials() {
        return sum(counts, outcome -> true);
    }

    /** The mutant could run at all. */
    long born() {
        return sum(counts, outcome -> outcome != OutcomeClass.STILLBORN);
    }

    /** The faulty place was reached. */
    long activated() {
        return sum(counts, outcome -> outcome.compareTo(OutcomeClass.NOT_ACTIVATED) > 0);
    }

    Proportion activatedOfBorn() {
        return new Proportion(activated(), born());
    }

    Proportion failuresOfActivated() {
        return new Proportion(sum(counts, OutcomeClass::isFailure), activated());
    }

    Proportion detectedOfFailures() {
        return new Proportion(sum(counts, OutcomeClass::isDetected), sum(counts, OutcomeClass::isFailure));
    }

    Proportion recoveredOfFailStop() {
        return new Proportion(sum(recovered, OutcomeClass::isFailStop), sum(counts, OutcomeClass::isFailStop));
    }

    Proportion recoveredOf(OutcomeClass outcome) {
        return new Proportion(recovered(outcome), count(outcome));
    }

    Proportion ofActivated(OutcomeClass outcome) {
        return new Proportion(count(outcome), activated());
    }

    /** Every rate of the report, by its name. */
    List<Rate> rates() {
        List<Rate> rates = new ArrayList<>();
        rates.add(new Rate("activated of born", activatedOfBorn()));
        rates.add(new Rate("failures of activated", failuresOfActivated()));
        rates.add(new Rate("detected of failures", detectedOfFailures()));
        rates.add(new Rate("recovered of detected fail-stop failures", recoveredOfFailStop()));
        for (OutcomeClass outcome : NOTICED) {
            rates.add(new Rate("recovered of " + outcome.word(), recoveredOf(outcome)));
        }
        rates.add(new Rate("silent corruption of activated", ofActivated(OutcomeClass.SILENT_CORRUPTION)));
        rates.add(new Rate("propagated of activated", ofActivated(OutcomeClass.PROPAGATED)));
        return rates;
    }

    private static long sum(long[] values, Predicate<OutcomeClass> which) {
        long sum = 0;
        for (OutcomeClass outcome : OutcomeClass.values()) {
            if (which.test(outcome)) {
                sum += values[outcome.ordinal()];
            }
        }
        return sum;
    }
}
