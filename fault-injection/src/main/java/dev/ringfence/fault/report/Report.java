// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.Ledger;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        return write(ledger, List.of(), directory, command);
    }

    /**
     * As {@link #write(Path, Path, String)}.
     *
     * @param others ledgers whose rates are to stand beside this one's, such as of the same campaign with tags
     */
    public static List<Goal> write(Path ledger, List<Path> others, Path directory, String command) throws IOException {
        List<Beside> beside = new ArrayList<>();
        for (Path other : others) {
            beside.add(Beside.of(Ledger.read(other)));
        }
        ReportData data = ReportData.of(Ledger.read(ledger), beside, command);
        Files.createDirectories(directory);
        try (Writer csv = writer(directory.resolve("report.csv"))) {
            CsvReport.write(data.trials(), csv);
        }
        try (Writer json = writer(directory.resolve("report.json"))) {
            json.write(JsonReport.of(data));
        }
        try (Writer html = writer(directory.resolve("report.html"))) {
            html.write(HtmlReport.of(data));
        }
        return data.goals();
    }

    /** Unlike those of {@link Files}, it replaces what is no character: a driver may have said anything. */
    private static Writer writer(Path file) throws IOException {
        return new BufferedWriter(new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8));
    }
}
