// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.FaultDescription;
import dev.ringfence.fault.campaign.TrialRecord;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** A row a trial, quoted as RFC 4180 says. An outage that was none is an empty field. */
final class CsvReport {
    private static final List<String> COLUMNS = List.of(
            "trial",
            "driver",
            "family",
            "fault",
            "part",
            "place",
            "edit",
            "outcome",
            "hits",
            "recovered",
            "errors",
            "outage_micros",
            "wall_micros",
            "violations",
            "detail");

    private CsvReport() {}

    static void write(List<TrialRecord> trials, Appendable out) throws IOException {
        row(out, COLUMNS);
        for (TrialRecord trial : trials) {
            row(out, fields(trial));
        }
    }

    private static List<String> fields(TrialRecord trial) {
        FaultDescription fault = trial.fault();
        return List.of(
                String.valueOf(trial.trial()),
                trial.driver(),
                fault.family(),
                fault.name(),
                fault.part(),
                fault.place(),
                fault.edit(),
                trial.outcome().word(),
                String.valueOf(trial.hits()),
                String.valueOf(trial.recovered()),
                String.valueOf(trial.errors()),
                trial.outageMicros() < 0 ? "" : String.valueOf(trial.outageMicros()),
                String.valueOf(trial.wallMicros()),
                String.join("; ", trial.violations()),
                trial.detail());
    }

    private static void row(Appendable out, List<String> fields) throws IOException {
        out.append(fields.stream().map(CsvReport::quoted).collect(Collectors.joining(",")))
                .append("\r\n");
    }

    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
