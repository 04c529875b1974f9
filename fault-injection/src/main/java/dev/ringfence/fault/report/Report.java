// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.Ledger;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a campaign's ledger amounts to, as three files: one for people, one for scripts, one for spreadsheets. */
public final class Report {
    private Report() {}

    /**
     * Writes {@code report.html}, {@code report.json} and {@code report.csv}, over those that are there.
     *
     * @param directory made if it is missing
     * @param command that made the ledger; with {@code --trial N} behind it, it does trial N again
     * @return the goals, in the report's order
     * @throws IOException naming file and line, too, if the ledger can't be understood
     */
    public static List<Goal> write(Path ledger, Path directory, String command) throws IOException {
        ReportData data = ReportData.of(Ledger.read(ledger), command);
        Files.createDirectories(directory);
        try (BufferedWriter csv = Files.newBufferedWriter(directory.resolve("report.csv"))) {
            CsvReport.write(data.trials(), csv);
        }
        Files.writeString(directory.resolve("report.json"), JsonReport.of(data));
        Files.writeString(directory.resolve("report.html"), HtmlReport.of(data));
        return data.goals();
    }
}
