// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Plots of a kill sweep, each as SVG. */
final class KillSweepPlots {
    static final int OURS = 0x2f74c0;
    static final int KILL = 0xd62839;

    private static final int HEIGHT = 360;
    private static final int PANEL_HEIGHT = 170;
    private static final double PERCENT = 100;
    private static final double THOUSAND = 1_000;
    private static final double ROOM = 1.05;
    private static final int MARKS_MAX = 400;

    /** Another system's loss at a crash interval, read in its paper. */
    record Published(String name, double seconds, double loss, int rgb, Marker marker) {}

    static final List<Published> PUBLISHED = List.of(
            new Published("RedLeaf, reads, driver in memory", 1, 0.05, 0xd9a21b, SeriesMarkers.DIAMOND),
            new Published("RedLeaf, writes, driver in memory", 1, 0.16, 0xe2762b, SeriesMarkers.SQUARE));

    private KillSweepPlots() {}

    /** What share of the throughput is lost, over the time from kill to kill. */
    static String loss(List<KillSweep.Step> steps) {
        XYChart chart = new XYChartBuilder()
                .width(OutagePlots.WIDTH)
                .height(HEIGHT)
                .xAxisTitle("from kill to kill")
                .yAxisTitle("throughput lost, %")
                .build();
        OutagePlots.style(chart.getStyler());
        List<Double> x = steps.stream().map(KillSweep.Step::intervalSeconds).toList();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisMax(PERCENT);
        chart.getStyler()
                .setXAxisMin(OutagePlots.decade(x.get(x.size() - 1), -1))
                .setXAxisMax(OutagePlots.decade(x.get(0), 1));
        chart.getStyler().setXAxisTickLabelsFormattingFunction(KillSweepPlots::interval);
        double least = steps.stream().mapToDouble(KillSweep.Step::loss).min().orElse(0);
        chart.getStyler().setYAxisMin(Math.min(0, Math.floor(least * 10) * 10));
        XYSeries ours = chart.addSeries(
                "ours", x, steps.stream().map(step -> step.loss() * PERCENT).toList());
        ours.setLineColor(new Color(OURS)).setLineWidth(2);
        ours.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(new Color(OURS));
        for (Published other : PUBLISHED) {
            XYSeries point = chart.addSeries(other.name(), List.of(other.seconds()), List.of(other.loss() * PERCENT));
            point.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            point.setMarker(other.marker()).setMarkerColor(new Color(other.rgb()));
        }
        chart.getStyler().setMarkerSize(9);
        return Svg.of(chart, "loss", "Throughput lost over the time from kill to kill");
    }

    /** As people write it, from milliseconds to seconds. */
    static String interval(double seconds) {
        return seconds < 1 ? number(seconds * THOUSAND) + " ms" : number(seconds) + " s";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value).replaceFirst("\\.?0+$", "");
    }

    /** Throughput over time, and where kills fell. */
    static String timeline(KillSweep.Stretch stretch, double most, String id) {
        XYChart chart = new XYChartBuilder()
                .width(OutagePlots.WIDTH)
                .height(PANEL_HEIGHT)
                .xAxisTitle("seconds")
                .yAxisTitle("thousands a second")
                .build();
        OutagePlots.style(chart.getStyler());
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(most * ROOM / THOUSAND);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(stretch.seconds());
        XYSeries line = chart.addSeries(
                "throughput",
                stretch.timeline().stream().map(KillSweep.Sample::atSeconds).toList(),
                stretch.timeline().stream()
                        .map(sample -> sample.operationsPerSecond() / THOUSAND)
                        .toList());
        line.setLineColor(new Color(OURS)).setLineWidth(1.2f);
        line.setMarker(SeriesMarkers.NONE);
        List<Double> kills = sparse(stretch.killedSeconds());
        if (!kills.isEmpty()) {
            XYSeries marks = chart.addSeries(
                    "kills",
                    kills,
                    kills.stream().map(at -> most / THOUSAND / 25).toList());
            marks.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            marks.setMarker(SeriesMarkers.TRIANGLE_UP).setMarkerColor(new Color(KILL));
        }
        chart.getStyler().setMarkerSize(8);
        return Svg.of(chart, id, "Throughput over time, with the kills marked");
    }

    private static List<Double> sparse(List<Double> kills) {
        List<Double> some = new ArrayList<>();
        int every = 1 + kills.size() / MARKS_MAX;
        for (int i = 0; i < kills.size(); i += every) {
            some.add(kills.get(i));
        }
        return some;
    }
}
