// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import java.awt.Color;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.internal.chartpart.IChart;

/**
 * Charts as SVG that stands in a page. Its letters are outlines, so it looks the same on every machine; its inks are the page's
 * own, so that it follows the page into the dark.
 */
final class Svg {
    /** Colours that no series has; the page says what they are. */
    static final Color INK = new Color(1, 1, 1);

    static final Color FAINT = new Color(2, 2, 2);
    static final Color GRID = new Color(3, 3, 3);
    static final Color PAPER = new Color(4, 4, 4);

    private Svg() {}

    /**
     * @param id of the plot among those of the page
     * @param label what it shows, for who can't see it
     */
    static String of(IChart chart, String id, String label) {
        String document;
        try {
            document = new String(ChartEncoder.getBytes(chart, "svg"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail: id=" + id, e);
        }
        String title = new Markup().element("title", label).html();
        return document.substring(document.indexOf("<svg"))
                .replaceFirst(">", " role=\"img\">" + title)
                .replace("rgb(1,1,1)", "var(--ink)")
                .replace("rgb(2,2,2)", "var(--faint)")
                .replace("rgb(3,3,3)", "var(--rule)")
                .replace("rgb(4,4,4)", "none")
                .replace("\"clip", "\"" + id + "-clip")
                .replace("url(#clip", "url(#" + id + "-clip")
                // a hundredth of a pixel is enough
                .replaceAll("(\\d\\.\\d\\d)\\d+", "$1");
    }
}
