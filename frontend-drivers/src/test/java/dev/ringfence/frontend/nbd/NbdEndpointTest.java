// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NbdEndpointTest {
    @Test
    void readsAUnixPath() {
        NbdEndpoint endpoint = NbdEndpoint.parse("unix:/run/web xvda.sock");

        assertThat(endpoint).isEqualTo(new NbdEndpoint.Unix(Path.of("/run/web xvda.sock")));
        assertThat(endpoint).hasToString("unix:/run/web xvda.sock");
        assertThat(endpoint.uri("vol 0")).isEqualTo("nbd+unix:///vol%200?socket=%2Frun%2Fweb%20xvda.sock");
    }

    @Test
    void readsALoopbackAddress() {
        assertThat(NbdEndpoint.parse("tcp:127.0.0.1:10809")).hasToString("tcp:127.0.0.1:10809");
        assertThat(NbdEndpoint.parse("tcp:127.0.0.1:10809").uri("vol0")).isEqualTo("nbd://127.0.0.1:10809/vol0");
        assertThat(NbdEndpoint.parse("tcp:[::1]:0")).hasToString("tcp:[0:0:0:0:0:0:0:1]:0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp:0.0.0.0:10809", "tcp:192.0.2.1:10809", "tcp:[::]:10809"})
    void refusesAnAddressOtherHostsCanReach(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NbdEndpoint.parse(text))
                .withMessageContaining("loopback");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "unix:", "tcp:", "tcp:127.0.0.1", "tcp:127.0.0.1:x", "tcp:127.0.0.1:65536", "vsock:1:2"})
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> NbdEndpoint.parse(text));
    }
}
