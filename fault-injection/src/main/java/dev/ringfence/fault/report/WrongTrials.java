// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.FaultDescription;
import dev.ringfence.fault.campaign.TrialRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** The trials that went wrong, each with the command that does it again. */
final class WrongTrials {
    /** Of each class. */
    static final int SHOWN_MAX = 50;

    private final ReportData data;
    private final Markup html;

    WrongTrials(ReportData data, Markup html) {
        this.data = data;
        this.html = html;
    }

    void write() {
        List<TrialRecord> wrong = data.wrong();
        html.open("section", "id", "wrong").element("h2", "What went wrong");
        if (wrong.isEmpty()) {
            html.element(
                    "p",
                    "Nothing: no silent corruption, nothing propagated, every stopped driver recovered.",
                    "class",
                    "quiet");
        } else {
            html.element(
                    "p",
                    Words.count(wrong.size())
                            + " trials: silent corruption, propagated failures, and drivers that stopped"
                            + " and did not recover. The worst come first.");
            wrong.stream()
                    .collect(Collectors.groupingBy(TrialRecord::outcome, LinkedHashMap::new, Collectors.toList()))
                    .values()
                    .forEach(this::group);
        }
        html.close();
    }

    /** Of each class some, so that many of one don't hide the others. */
    private void group(List<TrialRecord> trials) {
        trials.stream().limit(SHOWN_MAX).forEach(this::trial);
        int left = trials.size() - SHOWN_MAX;
        if (left > 0) {
            html.element(
                    "p",
                    Words.count(left) + " more of " + label(trials.get(0))
                            + " are left out here; report.csv has them all.",
                    "class",
                    "note");
        }
    }

    private void trial(TrialRecord trial) {
        FaultDescription fault = trial.fault();
        html.open("article", "class", "trial", "style", "border-color:" + Palette.css(trial.outcome()));
        html.open("h3").text("Trial " + trial.trial() + " ");
        html.element("span", label(trial), "class", "outcome").close();
        html.open("p")
                .text(trial.driver() + " driver, " + fault.family() + " fault ")
                .element("strong", fault.name());
        html.text(fault.part().isEmpty() ? "" : " in the " + fault.part());
        html.text(fault.place().isEmpty() ? "" : " at ");
        if (!fault.place().isEmpty()) {
            html.element("code", fault.place());
        }
        html.close();
        line("edit", fault.edit());
        trial.violations().forEach(violation -> line("found", violation));
        line("detail", trial.detail());
        html.open("pre", "class", "command")
                .element("code", data.command() + " --trial " + trial.trial())
                .close();
        html.close();
    }

    private static String label(TrialRecord trial) {
        return trial.outcome().isFailStop()
                ? trial.outcome().word() + ", not recovered"
                : trial.outcome().word();
    }

    private void line(String name, String text) {
        if (!text.isEmpty()) {
            html.open("p", "class", "said")
                    .element("span", name, "class", "what")
                    .text(" ")
                    .element("span", text)
                    .close();
        }
    }
}
