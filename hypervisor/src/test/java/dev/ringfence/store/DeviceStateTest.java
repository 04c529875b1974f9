// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceStateTest {
    @Test
    void hasTheNumbersOfXenbusState() {
        assertThat(DeviceState.values()).extracting(DeviceState::value).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(DeviceState.INIT_WAIT.value()).isEqualTo(2);
        assertThat(DeviceState.CONNECTED.value()).isEqualTo(4);
        assertThat(DeviceState.CLOSED.value()).isEqualTo(6);
    }

    @Test
    void parsesWhatItWrites() {
        for (DeviceState state : DeviceState.values()) {
            assertThat(DeviceState.parse(state.text())).isEqualTo(state);
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "9", "-1", "04", " 4", "4\n", "Connected", "99999999999999999999"})
    void takesWhatIsNoStateForUnknown(String text) {
        assertThat(DeviceState.parse(text)).isEqualTo(DeviceState.UNKNOWN);
    }
}
