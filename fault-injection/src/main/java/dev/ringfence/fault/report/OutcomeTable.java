// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.OutcomeClass;
import java.util.List;

/** Counts by outcome class, a row for each of what the trials are sorted by; the fuller a cell, the stronger its colour. */
final class OutcomeTable {
    private static final double FAINTEST = 0.08;
    private static final double STRONGEST = 0.62;
    private static final int RATES = 4;

    private final Markup html;

    OutcomeTable(Markup html) {
        this.html = html;
    }

    /** @param what the rows are, for the corner */
    OutcomeTable begin(String what) {
        html.open("div", "class", "scroll").open("table", "class", "outcomes").open("thead");
        html.open("tr", "class", "groups").element("th", "").element("th", "");
        group("no effect", List.of(OutcomeClass.STILLBORN, OutcomeClass.NOT_ACTIVATED, OutcomeClass.MASKED));
        group("stopped", List.of(OutcomeClass.CRASH, OutcomeClass.HANG, OutcomeClass.HOG));
        group("caught", List.of(OutcomeClass.PROTOCOL_VIOLATION, OutcomeClass.DETECTED_DATA_ERROR));
        group("harm", List.of(OutcomeClass.SILENT_CORRUPTION, OutcomeClass.PROPAGATED));
        html.element("th", "rates", "colspan", String.valueOf(RATES), "class", "first");
        html.close();
        html.open("tr").element("th", what, "class", "name").element("th", "trials");
        for (OutcomeClass outcome : OutcomeClass.values()) {
            html.open("th", "class", first(outcome), "title", Words.meaning(outcome));
            html.open("span", "class", "key", "style", "background:" + Palette.css(outcome))
                    .close();
            html.text(outcome.word()).close();
        }
        html.element("th", "activated", "class", "first", "title", "of born");
        html.element("th", "failed", "title", "of activated");
        html.element("th", "detected", "title", "of failures");
        html.element("th", "recovered", "title", "of crash, hang and hog");
        html.close().close().open("tbody");
        return this;
    }

    private void group(String name, List<OutcomeClass> classes) {
        html.element("th", name, "colspan", String.valueOf(classes.size()), "class", "first");
    }

    OutcomeTable heading(String text) {
        html.open("tr", "class", "family");
        html.element("th", text, "colspan", String.valueOf(2 + OutcomeClass.values().length + RATES));
        html.close();
        return this;
    }

    OutcomeTable row(String name, OutcomeCounts counts) {
        return row(name, counts, "");
    }

    OutcomeTable total(OutcomeCounts counts) {
        return row("all", counts, "total");
    }

    private OutcomeTable row(String name, OutcomeCounts counts, String kind) {
        html.open("tr", "class", kind).element("th", name, "class", "name", "scope", "row");
        html.element("td", Words.count(counts.trials()));
        for (OutcomeClass outcome : OutcomeClass.values()) {
            cell(outcome, counts.count(outcome), counts.trials());
        }
        rate(counts.activatedOfBorn(), "first");
        rate(counts.failuresOfActivated(), "");
        rate(counts.detectedOfFailures(), "");
        rate(counts.recoveredOfFailStop(), "");
        html.close();
        return this;
    }

    private void cell(OutcomeClass outcome, long count, long trials) {
        if (count == 0) {
            html.element("td", "·", "class", first(outcome) + " zero");
            return;
        }
        double strength = FAINTEST + (STRONGEST - FAINTEST) * Math.sqrt((double) count / trials);
        html.element(
                "td",
                Words.count(count),
                "class",
                first(outcome),
                "style",
                "background:" + Palette.css(outcome, strength));
    }

    private static String first(OutcomeClass outcome) {
        return switch (outcome) {
            case STILLBORN, CRASH, PROTOCOL_VIOLATION, SILENT_CORRUPTION -> "first";
            default -> "";
        };
    }

    private void rate(Proportion share, String kind) {
        String title =
                share.isMeasured() ? Words.count(share.count()) + " of " + Words.count(share.of()) : "none to judge by";
        html.element("td", Words.share(share), "class", ("rate " + kind).strip(), "title", title);
    }

    void end() {
        html.close().close().close();
    }
}
