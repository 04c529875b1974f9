// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

/** This campaign beside what others have published. */
final class PublishedTable {
    private final ReportData data;
    private final Markup html;

    PublishedTable(ReportData data, Markup html) {
        this.data = data;
        this.html = html;
    }

    void write() {
        html.open("section", "id", "published").element("h2", "What others published");
        html.element(
                "p",
                "Other systems, other faults, other machines: these figures say what has been tried, not who is better.",
                "class",
                "quiet");
        html.open("div", "class", "scroll")
                .open("table", "class", "published")
                .open("thead")
                .open("tr");
        for (String column :
                new String[] {"system", "year", "faults injected", "result", "outage", "source", "read in"}) {
            html.element("th", column);
        }
        html.close().close().open("tbody");
        ours();
        for (PublishedResult result : PublishedResult.ALL) {
            row(
                    "",
                    result.system(),
                    result.year(),
                    result.faults(),
                    result.result(),
                    result.outage(),
                    result.source(),
                    result.seen());
        }
        html.close().close().close().close();
    }

    private void ours() {
        OutcomeCounts all = data.tally().all();
        Proportion recovered = all.recoveredOfFailStop();
        Outages outages = data.tally().outages();
        row(
                "total",
                "this campaign",
                "",
                Words.count(all.born()) + ", of which " + Words.count(all.activated()) + " were reached",
                recovered.isMeasured()
                        ? Words.count(recovered.count()) + " of " + Words.count(recovered.of())
                                + " detected fail-stop failures recovered"
                        : "nothing to recover from",
                outages.count() == 0
                        ? ""
                        : "p50 " + Words.micros(outages.p50Micros()) + ", p99 " + Words.micros(outages.p99Micros())
                                + ", max " + Words.micros(outages.maxMicros()),
                "this ledger",
                "");
    }

    private void row(String kind, String... cells) {
        html.open("tr", "class", kind);
        for (String cell : cells) {
            html.element("td", cell.isEmpty() ? Words.NOTHING : cell);
        }
        html.close();
    }
}
