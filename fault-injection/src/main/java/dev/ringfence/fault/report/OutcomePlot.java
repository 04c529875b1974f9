// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.OutcomeClass;
import java.awt.Color;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.AxesChartStyler;

/** What became of each kind of fault, in percent of those that were born: a stack of outcome classes each. */
final class OutcomePlot {
    private static final double PERCENT = 100;
    /** So many names stand beside each other; more stand askew, or upright where they would run out of the plot. */
    private static final int LEVEL_MAX = 8;

    private static final int ASKEW = 45;
    private static final int UPRIGHT = 90;
    /** Pixels of a letter along its line, and of one that is askew along either axis. */
    private static final int LETTER = 8;

    private static final int LETTER_ASKEW = 6;
    /** Pixels from the left edge to the first bar, and from there to the last one. */
    private static final int LEFT = 90;

    private static final int BARS = 900;
    /** How much of the space for a bar is bar: so much for each, up to a bound, so that few bars are no walls. */
    private static final double FILL = 0.12;

    private static final double FILL_MAX = 0.72;

    private OutcomePlot() {}

    /** As SVG; empty if nothing was born. */
    static String of(Tally tally) {
        List<FaultKind> kinds = tally.byFault().entrySet().stream()
                .filter(row -> row.getValue().born() > 0)
                .map(Map.Entry::getKey)
                .toList();
        if (kinds.isEmpty()) {
            return "";
        }
        CategoryChart chart = chart(names(kinds));
        for (OutcomeClass outcome : drawn(tally)) {
            List<Double> shares = kinds.stream()
                    .map(kind -> tally.byFault().get(kind))
                    .map(counts -> PERCENT * counts.count(outcome) / counts.born())
                    .toList();
            chart.addSeries(outcome.word(), names(kinds), shares).setFillColor(new Color(Palette.rgb(outcome)));
        }
        return Svg.of(chart, "outcomes", "Outcome classes by fault, in percent of those born");
    }

    /** The classes that it shows. */
    static Set<OutcomeClass> drawn(Tally tally) {
        Set<OutcomeClass> drawn = EnumSet.noneOf(OutcomeClass.class);
        for (OutcomeClass outcome : OutcomeClass.values()) {
            if (outcome != OutcomeClass.STILLBORN && tally.all().count(outcome) > 0) {
                drawn.add(outcome);
            }
        }
        return drawn;
    }

    /** Those of two families that are called alike, with the family's. */
    private static List<String> names(List<FaultKind> kinds) {
        return kinds.stream()
                .map(kind -> kinds.stream()
                                        .filter(other -> other.name().equals(kind.name()))
                                        .count()
                                > 1
                        ? kind.family() + " " + kind.name()
                        : kind.name())
                .toList();
    }

    private static CategoryChart chart(List<String> names) {
        int rotation = rotation(names);
        int longest = names.stream().mapToInt(String::length).max().orElseThrow();
        int letter = rotation == UPRIGHT ? LETTER : rotation == ASKEW ? LETTER_ASKEW : 0;
        CategoryChart chart = new CategoryChartBuilder()
                .width(OutagePlots.WIDTH)
                .height(OutagePlots.HEIGHT + letter * longest)
                .yAxisTitle("% of born")
                .build();
        OutagePlots.style(chart.getStyler());
        chart.getStyler().setStacked(true).setAvailableSpaceFill(Math.min(FILL_MAX, FILL * names.size()));
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(PERCENT);
        chart.getStyler()
                .setPlotGridVerticalLinesVisible(false)
                .setXAxisMaxLabelCount(Math.max(2, names.size()))
                .setXAxisTickMarkSpacingHint(1)
                .setXAxisLabelRotation(rotation);
        if (rotation > 0) {
            // a name ends at its bar
            chart.getStyler().setXAxisLabelAlignmentVertical(AxesChartStyler.TextAlignment.Right);
        }
        if (rotation == ASKEW) {
            chart.getStyler().setXAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
        }
        return chart;
    }

    private static int rotation(List<String> names) {
        boolean level = names.size() <= LEVEL_MAX
                && names.stream().allMatch(name -> name.length() * LETTER < BARS / names.size());
        if (level) {
            return 0;
        }
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).length() * LETTER_ASKEW > LEFT + i * BARS / names.size()) {
                return UPRIGHT;
            }
        }
        return ASKEW;
    }
}
