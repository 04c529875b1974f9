// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FioTest {
    private static final String REPORT = """
            fio: a notice
            {"jobs": [{"error": %d, "read": {"total_ios": %d, "runtime": 250,
              "lat_ns": {"mean": 21500.5, "max": 900000},
              "clat_ns": {"percentile": {"50.000000": 20000, "99.000000": 80000}}}}]}
            """;

    @Test
    void readsTheSideThatWasLoaded() {
        Figures figures = Fio.figures(REPORT.formatted(0, 10_000), "read");
        assertThat(figures.operationsPerSecond()).isEqualTo(40_000);
        assertThat(figures.meanNanos()).isEqualTo(21500.5);
        assertThat(figures.p50Nanos()).isEqualTo(20_000);
        assertThat(figures.p99Nanos()).isEqualTo(80_000);
        assertThat(figures.maxNanos()).isEqualTo(900_000);
    }

    @Test
    void refusesAReportOfFailure() {
        assertThatThrownBy(() -> Fio.figures(REPORT.formatted(5, 10), "read")).isInstanceOf(BenchmarkException.class);
        assertThatThrownBy(() -> Fio.figures(REPORT.formatted(0, 0), "read")).isInstanceOf(BenchmarkException.class);
        assertThatThrownBy(() -> Fio.figures("", "read")).isInstanceOf(BenchmarkException.class);
    }
}
