// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the vectors that Microsoft publishes for implementers of receive side scaling. */
class ToeplitzHashTest {
    private static final byte[] KEY =
            HexFormat.of().parseHex("6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa");

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-hash", SharedMemory.PAGE_BYTES);

    private final Window window = memory.window();
    private final ToeplitzHash hash = new ToeplitzHash(KEY);

    @ParameterizedTest
    @CsvSource({
        "66.9.149.187, 2794, 161.142.100.80, 1766, 323e8fc2, 51ccc178",
        "199.92.111.2, 14230, 65.69.140.83, 4739, d718262a, c626b0ea",
        "24.19.198.95, 12898, 12.22.207.184, 38024, d2d0a5de, 5c2b394a",
        "38.27.205.30, 48228, 209.142.163.6, 2217, 82989176, afc7327f",
        "153.39.163.191, 44251, 202.188.127.2, 1303, 5d1809c5, 10e828a2",
        "3ffe:2501:200:1fff::7, 2794, 3ffe:2501:200:3::1, 1766, 2cc18cd5, 40207d3d",
        "3ffe:501:8::260:97ff:fe40:efab, 14230, ff02::1, 4739, 0f0c461c, dde51bbf",
        "3ffe:1900:4545:3:200:f8ff:fe21:67cf, 44251, fe80::200:f8ff:fe21:67cf, 38024, 4b61e985, 02d1feef"
    })
    void publishedVectors(
            String source, int sourcePort, String destination, int destinationPort, String alone, String withPorts)
            throws Exception {
        byte[] from = InetAddress.getByName(source).getAddress();
        byte[] to = InetAddress.getByName(destination).getAddress();
        byte[] input = ByteBuffer.allocate(2 * from.length + 4)
                .put(from)
                .put(to)
                .putShort((short) sourcePort)
                .putShort((short) destinationPort)
                .array();
        window.put(0, input, 0, input.length);

        int addresses = hash.of(window, 0, 2 * from.length, 0);
        int ports = hash.of(window, 2L * from.length, 4, 2 * from.length);
        assertThat(HexFormat.of().toHexDigits(addresses)).isEqualTo(alone);
        assertThat(HexFormat.of().toHexDigits(addresses ^ ports)).isEqualTo(withPorts);
    }

    @Test
    void aKeyOfAnotherLengthIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ToeplitzHash(new byte[16]));
    }
}
