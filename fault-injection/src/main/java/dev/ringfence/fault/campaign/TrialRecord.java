// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * One line of a ledger: what one trial was, and what came of it.
 *
 * @param trial its number in the campaign, from 0; with the campaign's seed it says everything about it
 * @param driver "block" or "net"
 * @param hits how often the faulty place was reached
 * @param recovered a successor served the guest to the end, with no error and nothing wrong; false too where there was nothing
 *     to recover from
 * @param errors requests that the guest saw fail
 * @param outageMicros the longest time without an answer around the failure, or -1 where there was none
 * @param wallMicros what the trial took
 * @param violations what the oracles found, in words
 * @param detail how it ended, in words: an exception and where it came from, a signal, a hang's evidence
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TrialRecord(
        @JsonInclude(JsonInclude.Include.ALWAYS) long trial,
        String driver,
        FaultDescription fault,
        OutcomeClass outcome,
        long hits,
        boolean recovered,
        int errors,
        long outageMicros,
        long wallMicros,
        List<String> violations,
        String detail) {
    public TrialRecord {
        violations = violations == null ? List.of() : List.copyOf(violations);
        detail = detail == null ? "" : detail;
    }
}
