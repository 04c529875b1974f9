// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Time over size, both logarithmic, as SVG: where two lines cross one way becomes the quicker. Dashed: with the writing. */
final class FlipPlot {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 560;
    private static final int LEFT = 76;
    private static final int RIGHT = 110;
    private static final int TOP = 64;
    private static final int BOTTOM = 50;
    private static final int SIZE_STEPS = 15;
    private static final int LABEL_GAP = 15;
    private static final String[] COLOURS = {"#7f8c8d", "#2471a3", "#1e8449", "#c0392b", "#b9770e"};

    private final FlipReport report;
    private final double least;
    private final double most;
    private final StringBuilder svg = new StringBuilder();

    FlipPlot(FlipReport report) {
        this.report = report;
        this.least = Math.floor(Math.log10(measured().min().orElseThrow()));
        this.most = Math.ceil(Math.log10(measured().max().orElseThrow()));
    }

    private DoubleStream measured() {
        return report.series().stream().filter(FlipSeries::isMeasured).mapToDouble(FlipSeries::p50Nanos);
    }

    String svg() {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">%n",
                WIDTH, HEIGHT, WIDTH, HEIGHT);
        add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n");
        text(LEFT, 26, "start", 17, "Handing data to a guest: copy, flip, map");
        text(
                LEFT,
                46,
                "start",
                13,
                report.machine().cores() + " cores of " + report.machine().cpu()
                        + "; median nanoseconds of one transfer; dashed: the device's writing too");
        axes();
        List<Double> taken = new ArrayList<>();
        for (Way way : Way.values()) {
            line(way, Condition.ALONE);
            line(way, Condition.FILLED);
            label(way, taken);
        }
        return svg.append("</svg>\n").toString();
    }

    private void axes() {
        for (int decade = (int) least; decade <= most; decade++) {
            double y = y(Math.pow(10, decade));
            add("<path d=\"M%d %.1fH%d\" stroke=\"#e4e4e4\"/>%n", LEFT, y, WIDTH - RIGHT);
            text(LEFT - 8, y + 4, "end", 11, nanos(decade));
        }
        for (int bytes : FlipBenchmark.SIZES) {
            if (Integer.bitCount(bytes) == 1) {
                add("<path d=\"M%.1f %dV%d\" stroke=\"#f0f0f0\"/>%n", x(bytes), TOP, HEIGHT - BOTTOM);
                text(x(bytes), HEIGHT - BOTTOM + 18, "middle", 11, FlipReportText.size(bytes));
            }
        }
    }

    private static String nanos(int decade) {
        String unit = decade < 3 ? " ns" : decade < 6 ? " us" : " ms";
        return (long) Math.pow(10, Math.floorMod(decade, 3)) + unit;
    }

    private void line(Way way, Condition condition) {
        StringBuilder path = new StringBuilder();
        for (int bytes : FlipBenchmark.SIZES) {
            FlipSeries series = Crossover.find(report.series(), way, bytes, condition);
            if (series.isMeasured()) {
                path.append(String.format(
                        Locale.ROOT, "%s%.1f %.1f", path.length() == 0 ? "M" : "L", x(bytes), y(series.p50Nanos())));
            }
        }
        add(
                "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\"%s/>%n",
                path, COLOURS[way.ordinal()], condition.isFilled() ? " stroke-dasharray=\"6 4\"" : "");
    }

    /** At the end of its line, or as near to it as there is room. */
    private void label(Way way, List<Double> taken) {
        double y = y(Crossover.find(report.series(), way, FlipBenchmark.MAX_BYTES, Condition.ALONE)
                .p50Nanos());
        while (isTaken(taken, y)) {
            y += 1;
        }
        taken.add(y);
        add("<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%s</text>%n", WIDTH - RIGHT + 8, y + 4, COLOURS[way.ordinal()], way);
    }

    private static boolean isTaken(List<Double> taken, double y) {
        return taken.stream().anyMatch(other -> Math.abs(other - y) < LABEL_GAP);
    }

    private double x(int bytes) {
        double steps = Math.log(bytes / (double) FlipBenchmark.SIZES.get(0)) / Math.log(2);
        return LEFT + (WIDTH - LEFT - RIGHT) * steps / SIZE_STEPS;
    }

    private double y(double nanos) {
        double height = HEIGHT - TOP - BOTTOM;
        return HEIGHT - BOTTOM - height * (Math.log10(nanos) - least) / (most - least);
    }

    private void text(double x, double y, String anchor, int size, String text) {
        add(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">%s</text>%n",
                x, y, anchor, size, text.replace("&", "&amp;").replace("<", "&lt;"));
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
