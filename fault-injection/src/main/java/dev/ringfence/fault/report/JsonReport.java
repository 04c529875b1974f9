// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.ringfence.fault.campaign.LedgerHeader;
import dev.ringfence.fault.campaign.OutcomeClass;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The report for scripts: everything that was counted, nothing rounded.
 *
 * @param torn the ledger's last line was cut off
 * @param beside what other ledgers add up to
 * @param trialsASecond of one worker; null if no time was taken
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record JsonReport(
        Map<String, String> machine,
        @JsonIgnoreProperties("machine") LedgerHeader campaign,
        String command,
        boolean torn,
        Double trialsASecond,
        Tallies tallies,
        List<RateJson> rates,
        OutagesJson outages,
        List<Goal> goals,
        List<Beside> beside) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** @param recovered of the outcomes, those after which a successor served to the end */
    record Counts(long trials, Map<String, Long> outcomes, Map<String, Long> recovered) {
        static Counts of(OutcomeCounts counts) {
            Map<String, Long> outcomes = new LinkedHashMap<>();
            Map<String, Long> recovered = new LinkedHashMap<>();
            for (OutcomeClass outcome : OutcomeClass.values()) {
                outcomes.put(outcome.word(), counts.count(outcome));
                if (outcome.isFailure()) {
                    recovered.put(outcome.word(), counts.recovered(outcome));
                }
            }
            return new Counts(counts.trials(), outcomes, recovered);
        }
    }

    record FaultCounts(String family, String name, Counts counts) {}

    record Tallies(Counts all, List<FaultCounts> byFault, Map<String, Counts> byPart, Map<String, Counts> byDriver) {
        static Tallies of(Tally tally) {
            return new Tallies(
                    Counts.of(tally.all()),
                    tally.byFault().entrySet().stream()
                            .map(row -> new FaultCounts(
                                    row.getKey().family(), row.getKey().name(), Counts.of(row.getValue())))
                            .toList(),
                    counts(tally.byPart()),
                    counts(tally.byDriver()));
        }

        private static Map<String, Counts> counts(Map<String, OutcomeCounts> rows) {
            Map<String, Counts> counts = new LinkedHashMap<>();
            rows.forEach((key, value) -> counts.put(key, Counts.of(value)));
            return counts;
        }
    }

    /**
     * @param value null if {@code of} is 0
     * @param low of the 95 % interval
     * @param bounds "wilson" or, of a count of 0, "rule of three"
     */
    record RateJson(String name, long count, long of, Double value, double low, double high, String bounds) {
        static RateJson of(Rate rate) {
            Proportion share = rate.share();
            return new RateJson(
                    rate.name(),
                    share.count(),
                    share.of(),
                    share.isMeasured() ? share.share() : null,
                    share.low(),
                    share.high(),
                    share.isByRuleOfThree() ? "rule of three" : "wilson");
        }
    }

    record FaultOutages(String family, String name, Outages outages) {}

    record OutagesJson(
            Outages all, List<FaultOutages> byFault, Map<String, Outages> byFamily, Map<String, Outages> byOutcome) {
        static OutagesJson of(Tally tally) {
            Map<String, Outages> byOutcome = new LinkedHashMap<>();
            tally.outagesByOutcome().forEach((outcome, outages) -> byOutcome.put(outcome.word(), outages));
            return new OutagesJson(
                    tally.outages(),
                    tally.outagesByFault().entrySet().stream()
                            .map(row -> new FaultOutages(
                                    row.getKey().family(), row.getKey().name(), row.getValue()))
                            .toList(),
                    tally.outagesByFamily(),
                    byOutcome);
        }
    }

    static String of(ReportData data) {
        double pace = data.tally().trialsASecond();
        JsonReport report = new JsonReport(
                data.header().machine(),
                data.header(),
                data.command(),
                data.torn(),
                Double.isNaN(pace) ? null : pace,
                Tallies.of(data.tally()),
                data.tally().all().rates().stream().map(RateJson::of).toList(),
                OutagesJson.of(data.tally()),
                data.goals(),
                data.beside());
        return text(report);
    }

    /** @param report made of plain records */
    static String text(Object report) {
        try {
            return JSON.writeValueAsString(report) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report of plain records can't be written: report=" + report, e);
        }
    }
}
