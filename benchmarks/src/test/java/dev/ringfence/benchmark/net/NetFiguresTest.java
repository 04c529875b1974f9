// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.benchmark.BenchmarkException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What other programs say, read; and what becomes of it. */
class NetFiguresTest {
    @Test
    void readsPings() {
        String output = IntStream.rangeClosed(1, 99)
                .mapToObj(i -> "64 bytes from 10.99.1.1: icmp_seq=" + i + " ttl=64 time=0.0" + (10 + i % 80) + " ms")
                .collect(Collectors.joining("\n"));
        NetFigures figures = Ping.parse(output + "\n64 bytes from 10.99.1.1: icmp_seq=100 ttl=64 time=1.23 ms\n");
        assertThat(figures.value()).isBetween(10.0, 90.0);
        assertThat(figures.details()).containsEntry("p99", 89.0).containsEntry(NetFigures.LOST_PERCENT, 0.0);
    }

    @Test
    void countsPingsThatWereLost() {
        NetFigures figures = Ping.parse("64 bytes from 10.99.1.1: icmp_seq=1 ttl=64 time=0.040 ms\n");
        assertThat(figures.details()).containsEntry(NetFigures.LOST_PERCENT, 99.0);
        assertThatThrownBy(() -> Ping.parse("nothing")).isInstanceOf(BenchmarkException.class);
    }

    @Test
    void readsWhatIperfReceived() {
        Iperf.Result tcp = Iperf.Result.parse(
                "{\"end\":{\"sum_sent\":{\"retransmits\":3,\"bits_per_second\":9e9},\"sum_received\":"
                        + "{\"bits_per_second\":8e9,\"bytes\":1000000000}}}");
        assertThat(tcp.figures()).isEqualTo(new NetFigures(8, Map.of(NetFigures.RETRANSMITS, 3.0)));
        assertThat(tcp.bytes()).isEqualTo(1e9);
    }

    @Test
    void countsOnlyPacketsThatArrived() {
        Iperf.Result udp = Iperf.Result.parse(
                "{\"end\":{\"sum\":{\"packets\":4000,\"lost_packets\":1000,\"seconds\":2,\"bytes\":256000}}}");
        assertThat(udp.figures()).isEqualTo(new NetFigures(1.5, Map.of(NetFigures.LOST_PERCENT, 25.0)));
    }

    @Test
    void saysWhyIperfFailed() {
        assertThatThrownBy(() -> Iperf.Result.parse("{\"end\":{},\"error\":\"the server is busy\"}"))
                .isInstanceOf(BenchmarkException.class)
                .hasMessageContaining("the server is busy");
    }
}
