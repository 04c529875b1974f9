// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

/** Wrong data in several ledgers. */
final class BesideTable {
    private final ReportData data;
    private final Markup html;

    BesideTable(ReportData data, Markup html) {
        this.data = data;
        this.html = html;
    }

    /** Nothing where there is one ledger. */
    void write() {
        if (data.beside().isEmpty()) {
            return;
        }
        html.open("section", "id", "tags").element("h2", "Wrong data, with tags and without");
        html.open("div", "class", "scroll").open("table").open("thead").open("tr");
        html.element("th", "campaign", "class", "name");
        for (String column : new String[] {
            "tags",
            "trials",
            "silent corruption",
            "of activated",
            "95 % interval",
            "detected data errors",
            "right data all the same"
        }) {
            html.element("th", column);
        }
        html.close().close().open("tbody");
        row(Beside.of(data));
        data.beside().forEach(this::row);
        html.close().close().close().close();
    }

    private void row(Beside ledger) {
        Proportion silent = ledger.silentCorruption();
        html.open("tr").element("th", ledger.campaign(), "class", "name", "scope", "row");
        html.element("td", ledger.tags() ? "on" : "off").element("td", Words.count(ledger.trials()));
        html.element("td", Words.count(silent.count()), "class", "strong").element("td", Words.count(silent.of()));
        html.element("td", Words.bounds(silent));
        html.element("td", Words.count(ledger.detectedDataErrors().count()));
        html.element("td", Words.count(ledger.recovered().count())).close();
    }
}
