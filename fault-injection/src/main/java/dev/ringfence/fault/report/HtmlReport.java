// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.LedgerHeader;
import dev.ringfence.fault.campaign.OutcomeClass;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The report for people: one page that needs nothing but itself. */
final class HtmlReport {
    private final ReportData data;
    private final Markup html = new Markup();

    private HtmlReport(ReportData data) {
        this.data = data;
    }

    static String of(ReportData data) {
        return new HtmlReport(data).page();
    }

    private String page() {
        html.raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.empty("meta", "name", "color-scheme", "content", "light dark");
        // Should anything hostile come through in spite of all, it can neither run nor call home.
        html.empty(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                "default-src 'none'; style-src 'unsafe-inline'");
        html.element("title", "Crash experiment " + data.header().campaign());
        html.open("style").raw(stylesheet()).close().close().open("body");
        head();
        notes();
        goals();
        matrix();
        partsAndDrivers();
        new BesideTable(data, html).write();
        new FigureSections(data, html).write();
        new WrongTrials(data, html).write();
        new PublishedTable(data, html).write();
        glossary();
        html.close().close();
        return html.html();
    }

    private void head() {
        LedgerHeader header = data.header();
        OutcomeCounts all = data.tally().all();
        html.open("header").element("p", "Ringfence crash experiment", "class", "eyebrow");
        html.element("h1", header.campaign());
        html.element(
                "p",
                Words.count(all.trials()) + " of " + Words.count(header.trials()) + " trials, shard " + header.shard()
                        + ", seed " + header.seed(),
                "class",
                "lead");
        html.open("dl", "class", "facts");
        fact("build", header.build());
        header.machine().forEach(this::fact);
        fact("pace", Words.pace(data.tally().trialsASecond()) + " trials a second and worker");
        html.close();
        html.open("pre", "class", "command").element("code", data.command()).close();
        html.open("nav");
        link("goals", "Goals");
        link("faults", "Faults");
        link("rates", "Rates");
        link("outages", "Outages");
        link("wrong", "What went wrong (" + Words.count(data.wrong().size()) + ")");
        link("published", "Others");
        link("words", "Words");
        html.close().close();
    }

    private void link(String id, String text) {
        html.element("a", text, "href", "#" + id);
    }

    private void fact(String name, String value) {
        html.open("div").element("dt", name).element("dd", value).close();
    }

    private void notes() {
        long missing = data.header().trials() - data.tally().all().trials();
        if (missing > 0) {
            html.element("p", "This ledger lacks " + Words.trials(missing) + " of the campaign.", "class", "note");
        }
        if (data.torn()) {
            html.element(
                    "p",
                    "The ledger's last line is cut off: its writer was killed. That trial is left out.",
                    "class",
                    "note");
        }
    }

    private void goals() {
        List<Proportion> shares = List.of(
                data.tally().all().ofActivated(OutcomeClass.PROPAGATED),
                data.tally().all().recoveredOfFailStop(),
                data.tally().all().ofActivated(OutcomeClass.SILENT_CORRUPTION));
        html.open("section", "id", "goals").element("h2", "Goals").open("div", "class", "goals");
        for (int i = 0; i < shares.size(); i++) {
            goal(data.goals().get(i), shares.get(i));
        }
        html.close().close();
    }

    private void goal(Goal goal, Proportion share) {
        String state = goal.met() == null ? "open" : goal.met() ? "met" : "missed";
        String judgement = goal.met() == null ? "not judged" : state;
        boolean counted = goal.goal().equals("0");
        String measured =
                goal.met() == null ? Words.NOTHING : counted ? Words.count(share.count()) : Words.share(share);
        html.open("div", "class", "goal " + state);
        html.open("p", "class", "name")
                .text(goal.name())
                .element("span", judgement, "class", "badge")
                .close();
        html.element("p", measured, "class", "measured");
        html.element(
                "p",
                "goal " + (counted ? "0" : Words.bound(Goal.RECOVERED)) + "; "
                        + (share.isMeasured()
                                ? Words.count(share.count()) + " of " + Words.count(share.of()) + ", 95 % interval "
                                        + Words.bounds(share)
                                : "there was nothing to measure it on"),
                "class",
                "basis");
        html.close();
    }

    private void matrix() {
        html.open("section", "id", "faults").element("h2", "What became of the faults");
        OutcomeTable table = new OutcomeTable(html).begin("fault");
        String family = null;
        for (Map.Entry<FaultKind, OutcomeCounts> row : data.tally().byFault().entrySet()) {
            if (!row.getKey().family().equals(family)) {
                family = row.getKey().family();
                table.heading(family + " faults");
            }
            table.row(row.getKey().name(), row.getValue());
        }
        table.total(data.tally().all()).end();
        html.close();
    }

    private void partsAndDrivers() {
        html.open("section").element("h2", "By part of the code");
        OutcomeTable parts = new OutcomeTable(html).begin("part");
        data.tally().byPart().forEach((part, counts) -> parts.row(Words.part(part), counts));
        parts.end();
        html.close();
        html.open("section").element("h2", "By driver");
        OutcomeTable drivers = new OutcomeTable(html).begin("driver");
        data.tally().byDriver().forEach(drivers::row);
        drivers.end();
        html.close();
    }

    private void glossary() {
        html.open("section", "id", "words").element("h2", "Words").open("dl", "class", "glossary");
        for (OutcomeClass outcome : OutcomeClass.values()) {
            html.open("div").open("dt");
            html.open("span", "class", "key", "style", "background:" + Palette.css(outcome))
                    .close();
            html.text(outcome.word()).close();
            html.element("dd", Words.meaning(outcome)).close();
        }
        html.close();
        html.element(
                "p",
                "Each trial counts once, in the last of these classes that holds. Intervals are Wilson's, at 95 %; where the"
                        + " count is 0, the upper bound is the rule of three, 3/n. Recovered: a successor served the guest to"
                        + " the end, with no error and nothing wrong. Outage: the longest time without an answer around the"
                        + " failure.",
                "class",
                "small");
        html.close();
    }

    static String stylesheet() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("our own file can't be read: name=report.css", e);
        }
    }
}
