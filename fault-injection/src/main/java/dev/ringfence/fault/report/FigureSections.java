// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.OutcomeClass;
import java.util.Collection;
import java.util.Locale;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rates and outages, as tables and plots. */
final class FigureSections {
    private static final Logger LOG = LoggerFactory.getLogger(FigureSections.class);
    private static final double PERCENT = 100;

    static {
        // Before anything of AWT is used: a server has no display, and needs none.
        System.setProperty("java.awt.headless", "true");
    }

    private final ReportData data;
    private final Markup html;

    FigureSections(ReportData data, Markup html) {
        this.data = data;
        this.html = html;
    }

    void write() {
        rates();
        html.open("section").element("h2", "Outcomes by fault");
        plot(() -> OutcomePlot.of(data.tally()), () -> legend(OutcomePlot.drawn(data.tally())), "No mutant was born.");
        html.close();
        html.open("section", "id", "outages").element("h2", "Outages");
        html.element("h3", "How long guests waited");
        plot(
                () -> OutagePlots.outages(data.trials()),
                () -> legend(data.tally().outagesByOutcome().keySet()),
                "No trial had an outage.");
        html.element("h3", "Over the trials");
        plot(
                () -> OutagePlots.trend(data.trials()),
                () -> OutagePlots.PERCENTILES.forEach((percentile, rgb) -> key(Palette.css(rgb), "p" + percentile)),
                "Too few trials had an outage to tell.");
        outages();
        html.close();
    }

    private void legend(Collection<OutcomeClass> outcomes) {
        outcomes.forEach(outcome -> key(Palette.css(outcome), outcome.word()));
    }

    private void key(String color, String name) {
        html.open("span")
                .open("span", "class", "key", "style", "background:" + color)
                .close();
        html.text(name).close();
    }

    private void rates() {
        html.open("section", "id", "rates")
                .element("h2", "Rates")
                .open("div", "class", "scroll")
                .open("table", "class", "rates");
        html.open("thead").open("tr");
        html.element("th", "rate", "class", "name")
                .element("th", "count")
                .element("th", "of")
                .element("th", "share");
        html.element("th", "95 % interval").element("th", "0 % to 100 %", "class", "bar");
        html.close().close().open("tbody");
        data.tally().all().rates().forEach(this::rate);
        html.close().close().close().close();
    }

    private void rate(Rate rate) {
        Proportion share = rate.share();
        html.open("tr").element("th", rate.name(), "class", "name", "scope", "row");
        html.element("td", Words.count(share.count())).element("td", Words.count(share.of()));
        html.element("td", Words.share(share), "class", "strong").element("td", Words.bounds(share));
        html.open("td", "class", "bar");
        if (share.isMeasured()) {
            html.open("div", "class", "track");
            mark("interval", share.low(), share.high() - share.low());
            mark("point", share.share(), 0);
            html.close();
        }
        html.close().close();
    }

    private void mark(String kind, double left, double width) {
        String style = width > 0
                ? String.format(Locale.ROOT, "left:%.2f%%;width:%.2f%%", left * PERCENT, width * PERCENT)
                : String.format(Locale.ROOT, "left:%.2f%%", left * PERCENT);
        html.open("span", "class", kind, "style", style).close();
    }

    private void outages() {
        if (data.tally().outages().count() == 0) {
            return;
        }
        html.element("h3", "By fault");
        html.open("div", "class", "scroll").open("table", "class", "outages");
        html.open("thead").open("tr").element("th", "fault", "class", "name");
        for (String column : new String[] {"outages", "p50", "p90", "p99", "max"}) {
            html.element("th", column);
        }
        html.close().close().open("tbody");
        SortedMap<String, Outages> families = data.tally().outagesByFamily();
        families.forEach((family, outages) -> {
            row("all " + family + " faults", outages, "family");
            data.tally().outagesByFault().forEach((kind, of) -> {
                if (kind.family().equals(family)) {
                    row(kind.name(), of, "");
                }
            });
        });
        row("all", data.tally().outages(), "total");
        html.close().close().close();
    }

    private void row(String name, Outages outages, String kind) {
        html.open("tr", "class", kind).element("th", name, "class", "name", "scope", "row");
        html.element("td", Words.count(outages.count()));
        html.element("td", Words.micros(outages.p50Micros())).element("td", Words.micros(outages.p90Micros()));
        html.element("td", Words.micros(outages.p99Micros())).element("td", Words.micros(outages.maxMicros()));
        html.close();
    }

    private void plot(Supplier<String> plot, Runnable legend, String without) {
        String svg;
        try {
            svg = plot.get();
        } catch (RuntimeException | LinkageError | InternalError e) {
            // A Java without fonts fails in all of these ways; what was measured over hours is not lost for that.
            LOG.warn("a plot can't be drawn", e);
            html.element("p", "This plot can't be drawn here: " + e, "class", "note");
            return;
        }
        if (svg.isEmpty()) {
            html.element("p", without, "class", "quiet");
        } else {
            html.open("figure").open("p", "class", "legend");
            legend.run();
            html.close().raw(svg).close();
        }
    }
}
