// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.OutcomeClass;
import dev.ringfence.fault.campaign.TrialRecord;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Plots of outages, each as SVG; empty where there is nothing to draw. */
final class OutagePlots {
    static final int WIDTH = 1080;
    static final int HEIGHT = 340;
    private static final int WINDOWS_MAX = 24;
    private static final int WINDOW_MIN = 20;
    /** Of the lines of {@link #trend}, their colours as 0xRRGGBB. */
    static final Map<Integer, Integer> PERCENTILES = new TreeMap<>(Map.of(50, 0x2f74c0, 90, 0xd9a21b, 99, 0xd62839));

    private OutagePlots() {}

    /** How many trials had outages of what length, each bar a stack of outcome classes. */
    static String outages(List<TrialRecord> trials) {
        OutageBuckets buckets = OutageBuckets.of(trials);
        if (buckets.isEmpty()) {
            return "";
        }
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle("outage")
                .yAxisTitle("trials")
                .build();
        style(chart.getStyler());
        List<Double> edges = buckets.edges();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisMin(0.0);
        chart.getStyler().setXAxisMin(decade(edges.get(0), -1)).setXAxisMax(decade(edges.get(edges.size() - 1), 1));
        chart.getStyler().setXAxisTickLabelsFormattingFunction(Words::tick);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
        // The whole stack first; what is drawn later covers the lower part of it.
        for (OutcomeClass top : buckets.outcomesFromTheTop()) {
            Color color = new Color(Palette.rgb(top));
            XYSeries series = chart.addSeries(top.word(), edges, buckets.outline(top));
            series.setFillColor(color);
            series.setLineColor(color).setLineWidth(0.5f);
            series.setMarker(SeriesMarkers.NONE);
        }
        return Svg.of(chart, "outages", "Trials by the length of their outage and by outcome class");
    }

    /** Whether outages grow longer while a campaign goes on. */
    static String trend(List<TrialRecord> trials) {
        List<TrialRecord> sampled =
                trials.stream().filter(trial -> trial.outageMicros() >= 0).toList();
        int windows = Math.min(WINDOWS_MAX, sampled.size() / WINDOW_MIN);
        if (windows < 2) {
            return "";
        }
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle("trial")
                .yAxisTitle("outage")
                .build();
        style(chart.getStyler());
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setYAxisTickLabelsFormattingFunction(Words::tick);
        PERCENTILES.forEach((percentile, rgb) -> line(chart, percentile, new Color(rgb), sampled, windows));
        DoubleSummaryStatistics range = chart.getSeriesCollection().stream()
                .flatMapToDouble(series -> Arrays.stream(series.getYData()))
                .summaryStatistics();
        double bottom = decade(range.getMin(), -1);
        chart.getStyler().setYAxisMin(bottom).setYAxisMax(Math.max(10 * bottom, decade(range.getMax(), 1)));
        return Svg.of(chart, "trend", "Percentiles of the outage over the trials");
    }

    private static void line(XYChart chart, int percentile, Color color, List<TrialRecord> trials, int windows) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (int i = 0; i < windows; i++) {
            int from = trials.size() * i / windows;
            int to = trials.size() * (i + 1) / windows;
            Histogram histogram = Outages.histogram();
            trials.subList(from, to).forEach(trial -> histogram.recordValue(trial.outageMicros()));
            double value = Math.max(1, histogram.getValueAtPercentile(percentile));
            x.add((double) trials.get(from).trial());
            y.add(value);
            // to where the next one begins, so that it is a step
            x.add((double) trials.get(Math.min(to, trials.size() - 1)).trial());
            y.add(value);
        }
        XYSeries series = chart.addSeries("p" + percentile, x, y);
        series.setLineColor(color).setLineWidth(2);
        series.setMarker(SeriesMarkers.NONE);
    }

    /** The power of ten at or below (-1), at or above (1): else an axis may have no mark at all. */
    static double decade(double value, int direction) {
        return Math.pow(10, direction * Math.ceil(direction * Math.log10(value)));
    }

    /** The page's own look; legends and titles are the page's, too. */
    static void style(AxesChartStyler styler) {
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
        styler.setChartBackgroundColor(Svg.PAPER)
                .setPlotBackgroundColor(Svg.PAPER)
                .setPlotBorderVisible(false)
                .setLegendVisible(false)
                .setChartFontColor(Svg.INK)
                .setChartTitleVisible(false)
                .setChartPadding(4);
        styler.setAxisTitleFont(font)
                .setAxisTickLabelsFont(font)
                .setAxisTickLabelsColor(Svg.FAINT)
                .setAxisTickMarksColor(Svg.GRID)
                .setPlotGridLinesColor(Svg.GRID)
                .setPlotGridLinesStroke(new BasicStroke(0.7f));
    }
}
