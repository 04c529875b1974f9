// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A kill sweep for people: one page that needs nothing but itself. */
final class KillSweepPage {
    private static final Logger LOG = LoggerFactory.getLogger(KillSweepPage.class);
    private static final List<Double> DRAWN = List.of(10.0, 2.0, 1.0, 0.5, 0.1, 0.01, 0.001);
    private static final double PERCENT = 100;

    static {
        // Before anything of AWT is used: a server has no display, and needs none.
        System.setProperty("java.awt.headless", "true");
    }

    private final KillSweep sweep;
    private final Markup html = new Markup();

    KillSweepPage(KillSweep sweep) {
        this.sweep = sweep;
    }

    String html() {
        html.raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.empty("meta", "name", "color-scheme", "content", "light dark");
        html.element("title", "Kill sweep");
        html.open("style").raw(HtmlReport.stylesheet()).close().close().open("body");
        head();
        goals();
        curve();
        table();
        timelines();
        html.close().close();
        return html.html();
    }

    private void head() {
        html.open("header").element("p", "Ringfence crash experiment", "class", "eyebrow");
        html.element("h1", "Kill sweep").element("p", sweep.load(), "class", "lead");
        html.open("dl", "class", "facts");
        sweep.machine()
                .forEach((name, value) -> html.open("div")
                        .element("dt", name)
                        .element("dd", value)
                        .close());
        html.open("div")
                .element("dt", "requests")
                .element("dd", Words.count(sweep.effects().operations()));
        html.close().close();
        html.open("pre", "class", "command").element("code", sweep.command()).close();
        html.close();
    }

    private void goals() {
        html.open("section", "id", "goals").element("h2", "Goals").open("div", "class", "goals");
        for (Goal goal : sweep.goals()) {
            String state = goal.met() == null ? "open" : goal.met() ? "met" : "missed";
            boolean counted = goal.goal().equals("0");
            String measured = goal.measured() == null
                    ? Words.NOTHING
                    : counted
                            ? Words.count(goal.measured().longValue())
                            : percent(goal.measured().doubleValue());
            html.open("div", "class", "goal " + state)
                    .open("p", "class", "name")
                    .text(goal.name());
            html.element("span", state.equals("open") ? "not judged" : state, "class", "badge")
                    .close();
            html.element("p", measured, "class", "measured");
            String bound = counted ? "0" : "at most " + percent(KillSweep.LOSS_MAX) + ", as RedLeaf's writes";
            html.element("p", "goal " + bound, "class", "basis").close();
        }
        html.close().close();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * PERCENT);
    }

    private void curve() {
        html.open("section", "id", "loss").element("h2", "What the kills cost");
        plot(() -> KillSweepPlots.loss(sweep.steps()), () -> {
            key(KillSweepPlots.OURS, "Ringfence");
            KillSweepPlots.PUBLISHED.forEach(other -> key(other.rgb(), other.name()));
        });
        html.element(
                "p",
                "Each point beside the same load with nobody killed, half of that before it and half after. A driver that is killed sooner"
                        + " than its successor is ready leaves nobody to kill: the kills that are due then are not carried out."
                        + " RedLeaf (OSDI'20, section 5.4) crashed a driver in its own address space once a second;"
                        + " other systems' curves are not shown, since their papers were not at hand to read them from.",
                "class",
                "small");
        html.close();
    }

    private void table() {
        html.open("section", "id", "figures").element("h2", "Figures").open("div", "class", "scroll");
        html.open("table").open("thead").open("tr").element("th", "from kill to kill", "class", "name");
        for (String column : List.of("seconds", "due", "kills", "standby ready", "alone, a second", "killed", "lost")) {
            html.element("th", column);
        }
        html.close().close().open("tbody");
        for (KillSweep.Step step : sweep.steps()) {
            html.open("tr")
                    .element("th", KillSweepPlots.interval(step.intervalSeconds()), "class", "name", "scope", "row");
            html.element("td", String.format(Locale.ROOT, "%.1f", step.killed().seconds()));
            html.element("td", Words.count(step.due())).element("td", Words.count(step.kills()));
            html.element("td", Words.count(step.warm()));
            html.element("td", Words.count(Math.round(step.alone().operationsPerSecond())));
            html.element("td", Words.count(Math.round(step.killed().operationsPerSecond())));
            html.element("td", percent(step.loss()), "class", "strong").close();
        }
        html.close().close().close().close();
    }

    private void timelines() {
        double most = sweep.steps().stream()
                .flatMap(step -> step.killed().timeline().stream())
                .mapToDouble(KillSweep.Sample::operationsPerSecond)
                .max()
                .orElse(1);
        html.open("section", "id", "time").element("h2", "Throughput over time");
        for (KillSweep.Step step : sweep.steps()) {
            if (DRAWN.contains(step.intervalSeconds())) {
                String interval = KillSweepPlots.interval(step.intervalSeconds());
                html.element("h3", "A kill every " + interval + ": " + Words.count(step.kills()) + " carried out");
                plot(
                        () -> KillSweepPlots.timeline(step.killed(), most, "t" + DRAWN.indexOf(step.intervalSeconds())),
                        () -> {
                            key(KillSweepPlots.OURS, "requests a second");
                            key(KillSweepPlots.KILL, "kill -9");
                        });
            }
        }
        html.close();
    }

    private void key(int rgb, String name) {
        html.open("span")
                .open("span", "class", "key", "style", "background:" + Palette.css(rgb))
                .close();
        html.text(name).close();
    }

    private void plot(Supplier<String> plot, Runnable legend) {
        String svg;
        try {
            svg = plot.get();
        } catch (RuntimeException | LinkageError | InternalError e) {
            // A Java without fonts fails in all of these ways; the figures are there without it.
            LOG.warn("a plot can't be drawn", e);
            html.element("p", "This plot can't be drawn here: " + e, "class", "note");
            return;
        }
        html.open("figure").open("p", "class", "legend");
        legend.run();
        html.close().raw(svg).close();
    }
}
