// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"0ms, PT0S", "250 ms, PT0.25S", "10s, PT10S", "90s, PT1M30S", "5min, PT5M", "2h, PT2H"})
    void readsAndWritesThem(String text, Duration duration) {
        assertThat(Durations.parse(text)).contains(duration);
        assertThat(Durations.parse(Durations.format(duration))).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "-1s", "1.5s", "10S", "1 m", "9999999999s"})
    void takesNothingElseForOne(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }
}
