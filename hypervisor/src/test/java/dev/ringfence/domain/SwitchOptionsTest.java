// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SwitchOptionsTest {
    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        SwitchOptions options = new SwitchOptions(
                9000,
                300_000,
                1000,
                SwitchOptions.Uplink.TUNNEL,
                0x123456,
                List.of(
                        new SwitchOptions.Port(3, 0, 0x0200_0000_00ffL, false, ReceiveMode.COPY, List.of()),
                        new SwitchOptions.Port(
                                14,
                                2,
                                0xfeff_ffff_ffffL,
                                true,
                                ReceiveMode.FLIP_GUARDED,
                                List.of(InetAddress.getByName("10.0.0.2"), InetAddress.getByName("fd00::a")))));

        assertThat(SwitchOptions.of(options.toMap())).isEqualTo(options);
        assertThat(options.toMap())
                .containsEntry("port.0", "3/0 0200000000ff locked copy")
                .containsEntry("port.1", "14/2 feffffffffff spoof flip-guarded 10.0.0.2 fd00:0:0:0:0:0:0:a");
        assertThat(options.ports().get(1).connection()).isEqualTo("14/2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "3/0 0200000000ff",
                "3/0 0200000000ff locked",
                "3/0 0200000000ff locked swap",
                "3/0 02000000000g locked copy",
                "3 0200000000ff locked copy",
                "3/0 0200000000ff open copy"
            })
    void whatIsNoPort(String port) {
        Map<String, String> options =
                new HashMap<>(new SwitchOptions(1500, 1, 1, SwitchOptions.Uplink.NONE, 0, List.of()).toMap());
        options.put("port.0", port);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> SwitchOptions.of(options))
                .withMessage("no port of a switch: port=" + port);
    }
}
