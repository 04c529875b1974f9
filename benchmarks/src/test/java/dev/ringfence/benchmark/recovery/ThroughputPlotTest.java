// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class ThroughputPlotTest {
    private static ThroughputRound round(int rate, List<Long> killedMillis) {
        List<ThroughputRound.Sample> timeline =
                List.of(new ThroughputRound.Sample(5, 150_000), new ThroughputRound.Sample(15, 0));
        return new ThroughputRound(
                rate, 1, 20_000_000, 1_500, killedMillis.size(), 0, 0, 0, List.of(), timeline, killedMillis);
    }

    @Test
    void marksEveryKillInThePanelOfItsRate() throws Exception {
        String svg =
                new ThroughputPlot(List.of(round(0, List.of()), round(100, List.of(3L, 13L))), "a <machine>").svg();

        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg.split("8h-8z", -1)).as("markers").hasSize(1 + 2);
        assertThat(svg)
                .contains("no kills: 75k", "100 kills a second", "a &lt;machine>")
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
