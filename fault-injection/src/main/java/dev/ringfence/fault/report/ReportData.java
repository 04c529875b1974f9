// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.Ledger;
import dev.ringfence.fault.campaign.LedgerHeader;
import dev.ringfence.fault.campaign.OutcomeClass;
import dev.ringfence.fault.campaign.TrialRecord;
import java.util.Comparator;
import java.util.List;

/**
 * What all three files of a report are made of.
 *
 * @param trials by their numbers
 * @param beside what other ledgers add up to; empty: there are none
 * @param command that made the ledger
 */
record ReportData(
        LedgerHeader header,
        List<TrialRecord> trials,
        boolean torn,
        Tally tally,
        List<Goal> goals,
        List<Beside> beside,
        String command) {
    static ReportData of(Ledger.Read read, String command) {
        return of(read, List.of(), command);
    }

    static ReportData of(Ledger.Read read, List<Beside> others, String command) {
        Tally tally = Tally.of(read.trials());
        return new ReportData(
                read.header(),
                read.trials().stream()
                        .sorted(Comparator.comparingLong(TrialRecord::trial))
                        .toList(),
                read.torn(),
                tally,
                Goal.of(tally.all()),
                others,
                command);
    }

    /** Those that no report may pass over, the worst first. */
    List<TrialRecord> wrong() {
        return trials.stream()
                .filter(ReportData::isWrong)
                .sorted(Comparator.comparing(TrialRecord::outcome).reversed().thenComparingLong(TrialRecord::trial))
                .toList();
    }

    private static boolean isWrong(TrialRecord trial) {
        return trial.outcome() == OutcomeClass.PROPAGATED
                || trial.outcome() == OutcomeClass.SILENT_CORRUPTION
                || trial.outcome().isFailStop() && !trial.recovered();
    }
}
