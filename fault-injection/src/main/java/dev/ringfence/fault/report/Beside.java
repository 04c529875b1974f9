// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.Ledger;
import dev.ringfence.fault.campaign.OutcomeClass;

/**
 * What is compared between ledgers.
 *
 * @param tags whether the guests' front-ends had them
 * @param recovered of the detected data errors: after them the guest had the right data all the same
 */
record Beside(
        String campaign,
        boolean tags,
        long trials,
        Proportion silentCorruption,
        Proportion detectedDataErrors,
        Proportion recovered) {
    static Beside of(Ledger.Read read) {
        OutcomeCounts all = Tally.of(read.trials()).all();
        return of(read.header().campaign(), read.header().isTagged(), all);
    }

    static Beside of(ReportData data) {
        return of(
                data.header().campaign(), data.header().isTagged(), data.tally().all());
    }

    private static Beside of(String campaign, boolean tags, OutcomeCounts all) {
        return new Beside(
                campaign,
                tags,
                all.trials(),
                all.ofActivated(OutcomeClass.SILENT_CORRUPTION),
                all.ofActivated(OutcomeClass.DETECTED_DATA_ERROR),
                all.recoveredOf(OutcomeClass.DETECTED_DATA_ERROR));
    }
}
