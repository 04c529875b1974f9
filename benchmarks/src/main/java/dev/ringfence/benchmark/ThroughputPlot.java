// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.util.List;
import java.util.Locale;

/** Throughput over time with the crashes marked, as SVG: panels below each other, all on one scale. */
public final class ThroughputPlot {
    private static final int WIDTH = 960;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 64;
    private static final int PANEL = 170;
    private static final int PLOT = 110;
    private static final int BOTTOM = 30;
    private static final int TICKS = 4;
    private static final int LABELS_MAX = 20;
    private static final double MILLIS_A_SECOND = 1_000;

    private final String title;
    private final String subtitle;
    private final String unit;
    private final List<Panel> panels;
    private final double seconds;
    private final double most;
    private final StringBuilder svg = new StringBuilder();

    /** @param atMillis the middle of the sample, since the panel's beginning */
    public record Point(double atMillis, double value) {}

    /**
     * A line over time.
     *
     * @param killedMillis when each kill fell
     * @param millis how long all of it took
     */
    public record Panel(String title, List<Point> points, List<Long> killedMillis, double millis) {
        public Panel {
            points = List.copyOf(points);
            killedMillis = List.copyOf(killedMillis);
        }
    }

    /**
     * @param subtitle what was measured, and on what
     * @param unit stands behind each number of the scale
     * @param panels at least one
     */
    public ThroughputPlot(String title, String subtitle, String unit, List<Panel> panels) {
        this.title = title;
        this.subtitle = subtitle;
        this.unit = unit;
        this.panels = List.copyOf(panels);
        this.seconds = panels.stream().mapToDouble(Panel::millis).max().orElseThrow() / MILLIS_A_SECOND;
        this.most = niceCeiling(panels.stream()
                .flatMap(panel -> panel.points().stream())
                .mapToDouble(Point::value)
                .max()
                .orElse(1));
    }

    /** The next of 1, 2, 4, 5, 8 and their multiples by ten: what four ticks divide well. */
    static double niceCeiling(double value) {
        double unit = Math.pow(10, Math.floor(Math.log10(value)));
        for (double step : new double[] {1, 2, 4, 5, 8}) {
            if (step * unit >= value) {
                return step * unit;
            }
        }
        return 10 * unit;
    }

    public String svg() {
        int height = TOP + panels.size() * PANEL + BOTTOM;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">%n",
                WIDTH, height, WIDTH, height);
        add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n");
        add("<text x=\"%d\" y=\"26\" font-size=\"17\" font-weight=\"bold\">%s</text>%n", LEFT, escaped(title));
        add(
                "<text x=\"%d\" y=\"46\" fill=\"#666\">%s; <tspan fill=\"#c0392b\">&#9650; kill -9</tspan></text>%n",
                LEFT, escaped(subtitle));
        for (int i = 0; i < panels.size(); i++) {
            panel(panels.get(i), TOP + i * PANEL);
        }
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#666\">seconds</text>%n",
                (LEFT + WIDTH - RIGHT) / 2, height - 12);
        return svg.append("</svg>\n").toString();
    }

    private void panel(Panel panel, int top) {
        int base = top + 26 + PLOT;
        add("<text x=\"%d\" y=\"%d\">%s</text>%n", LEFT, top + 16, escaped(panel.title()));
        for (int tick = 0; tick <= TICKS; tick++) {
            double y = base - (double) PLOT * tick / TICKS;
            add("<path d=\"M%d %.1fH%d\" stroke=\"#e4e4e4\"/>%n", LEFT, y, WIDTH - RIGHT);
            add(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" font-size=\"11\" fill=\"#666\">%s</text>%n",
                    LEFT - 8, y + 4, tick == 0 ? "0" : number(most * tick / TICKS) + unit);
        }
        int step = (int) niceCeiling(Math.max(1, seconds / LABELS_MAX));
        for (int second = 0; second <= seconds; second += step) {
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" font-size=\"11\" fill=\"#666\">%d</text>%n",
                    x(second * MILLIS_A_SECOND), base + 24, second);
        }
        line(panel, base);
        for (long kill : panel.killedMillis()) {
            double x = x((double) kill);
            add("<path d=\"M%.1f %dl4 8h-8z\" fill=\"#c0392b\"/>%n", x, base + 2);
        }
    }

    private void line(Panel panel, int base) {
        StringBuilder path = new StringBuilder();
        for (Point point : panel.points()) {
            double y = base - PLOT * point.value() / most;
            path.append(
                    String.format(Locale.ROOT, "%s%.1f %.1f", path.length() == 0 ? "M" : "L", x(point.atMillis()), y));
        }
        add("<path d=\"%s\" fill=\"none\" stroke=\"#2471a3\" stroke-width=\"1.2\"/>%n", path);
    }

    private double x(double millis) {
        return LEFT + (WIDTH - LEFT - RIGHT) * millis / (seconds * MILLIS_A_SECOND);
    }

    public static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
