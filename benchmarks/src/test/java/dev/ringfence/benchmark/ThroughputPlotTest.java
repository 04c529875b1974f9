// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.benchmark.ThroughputPlot.Panel;
import dev.ringfence.benchmark.ThroughputPlot.Point;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class ThroughputPlotTest {
    private static Panel panel(String title, List<Long> killedMillis) {
        return new Panel(title, List.of(new Point(5, 150), new Point(15, 0)), killedMillis, 20);
    }

    @Test
    void marksEveryKillInItsPanel() throws Exception {
        List<Panel> panels = List.of(panel("no kills", List.of()), panel("<two>", List.of(3L, 13L)));

        String svg = new ThroughputPlot("a title", "a <machine>", "k", panels).svg();

        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg.split("8h-8z", -1)).as("markers").hasSize(1 + 2);
        assertThat(svg)
                .contains("a title", "no kills", "&lt;two>", "a &lt;machine>", "200k")
                .doesNotContain("NaN");
    }

    @Test
    void theScaleEndsAtARoundNumber() {
        assertThat(ThroughputPlot.niceCeiling(0.3)).isEqualTo(0.4);
        assertThat(ThroughputPlot.niceCeiling(290)).isEqualTo(400);
        assertThat(ThroughputPlot.niceCeiling(800)).isEqualTo(800);
        assertThat(ThroughputPlot.niceCeiling(930)).isEqualTo(1_000);
    }
}
