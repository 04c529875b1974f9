// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.Tools;
import dev.ringfence.domain.ReceiveMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole run, as small as it gets. */
@Tag("long")
@Timeout(300)
class NetBenchmarkTest {
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final String OURS = "-" + ProcessHandle.current().pid() + "-";
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final NetSettings settings = new NetSettings(1, 1, 1, ReceiveMode.COPY, true);

    @Test
    void measuresEveryWorkloadOnDriverFloorAndKernelAndJudgesEveryGoal() throws IOException {
        assumeTrue(ROOT && Files.isWritable(Path.of("/dev/net/tun")), "needs root, and the TUN driver");
        for (String program : List.of("ip", "iperf3", "ping")) {
            assumeTrue(Tools.isInstalled(program), "needs " + program);
        }
        List<String> steps = new ArrayList<>();

        NetReport report = new NetBenchmark(settings, (done, total, what) -> {
                    assertThat(done).isLessThanOrEqualTo(total);
                    steps.add(what);
                })
                .run();

        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertThat(json.path("machine").path("cores").asInt()).isPositive();
        for (NetWorkload workload : NetWorkload.values()) {
            for (LinkKind link : List.of(LinkKind.DRIVER, LinkKind.RELAY, LinkKind.KERNEL)) {
                assertThat(report.series())
                        .as("%s by %s", workload.label(), link.label())
                        .anyMatch(series -> series.workload().equals(workload.label())
                                && series.link().equals(link.label())
                                && series.rounds().size() == 1
                                && series.median() > 0);
            }
        }
        assertThat(report.allocatedBytesPerFrame()).containsOnlyKeys("driver", "guest");
        assertThat(json.path("goals").findValuesAsText("name"))
                .anyMatch(name -> name.startsWith("driver over relay, tcp, 4 streams"))
                .anyMatch(name -> name.startsWith("microseconds an idle ping takes longer"))
                .anyMatch(name -> name.startsWith("bytes allocated per frame, driver"));
        assertThat(report.skipped()).contains("socat: not asked for");
        assertThat(steps).anyMatch(step -> step.startsWith("round 1 of 1"));
        assertText(report);
        assertThat(NAMESPACES.toFile().list()).noneMatch(name -> name.contains(OURS));
    }

    private static void assertText(NetReport report) {
        StringWriter text = new StringWriter();
        new NetReportText(report, new PrintWriter(text)).print();
        assertThat(text.toString())
                .contains(NetWorkload.TCP4_IN.label(), "s/GB", "p99")
                .doesNotContain("null", "NaN");
    }

    @Test
    void saysWhoMayRunIt() {
        assumeTrue(!ROOT, "needs somebody who is not root");
        assertThatThrownBy(() -> new NetBenchmark(settings, (done, total, what) -> {}).run())
                .isInstanceOf(BenchmarkException.class)
                .hasMessageContaining("root");
    }
}
