// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Path DIRECTORY = Path.of("/tmp");
    private static final long MIB = 1 << 20;

    @Test
    void acceptsWhatCanBeMeasured() {
        assertThat(new Settings(1, 0.01, 16 * MIB, DIRECTORY, true).nanos()).isEqualTo(10_000_000);
    }

    @Test
    void namesWhatItRefuses() {
        assertThatThrownBy(() -> new Settings(0, 1, 64 * MIB, DIRECTORY, true)).hasMessageContaining("rounds=0");
        assertThatThrownBy(() -> new Settings(1, 0, 64 * MIB, DIRECTORY, true)).hasMessageContaining("seconds=0");
        assertThatThrownBy(() -> new Settings(1, Double.NaN, 64 * MIB, DIRECTORY, true))
                .hasMessageContaining("seconds=NaN");
        assertThatThrownBy(() -> new Settings(1, 1, MIB, DIRECTORY, true)).hasMessageContaining("size=1048576");
        assertThatThrownBy(() -> new Settings(1, 1, 64 * MIB + 512, DIRECTORY, true))
                .hasMessageContaining("size=67109376");
    }
}
