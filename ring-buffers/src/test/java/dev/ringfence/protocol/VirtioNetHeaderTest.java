// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.util.HexFormat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes as {@code linux/virtio_net.h} has them. */
class VirtioNetHeaderTest {
    private static final long AT = 512;
    private static final String ETHERNET = "020000000001" + "020000000002";
    private static final String TCP4 = ETHERNET + "0800" + "4500003c0000400040060000" + "0a0000010a000002" + "1f90c350"
            + "0000000000000000" + "8010" + "faf0" + "00000000" + "00".repeat(12);
    private static final String TCP6 = ETHERNET + "86dd" + "6000000000280640" + "00".repeat(32) + "1f90c350"
            + "0000000000000000" + "5010" + "faf0" + "00000000";
    private static final String UDP4 = TCP4.replaceFirst("4006", "4011");

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-vnet", SharedMemory.PAGE_BYTES);

    private final Window window = memory.window();
    private final FrameHeaders headers = new FrameHeaders();

    private boolean encode(String frame, boolean blank, int gsoType, int gsoSize) {
        byte[] bytes = HexFormat.of().parseHex(frame);
        window.put(0, bytes, 0, bytes.length);
        headers.decode(window, 0, bytes.length);
        window.fill(AT, VirtioNetHeader.BYTES, (byte) 0x5a);
        return VirtioNetHeader.encode(window, AT, headers, blank, gsoType, gsoSize);
    }

    private String bytes() {
        byte[] bytes = new byte[VirtioNetHeader.BYTES];
        window.get(AT, bytes, 0, bytes.length);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void aFrameThatNeedsNothing() {
        assertThat(encode(UDP4, false, NetifLayout.GSO_NONE, 0)).isTrue();
        assertThat(bytes()).isEqualTo("00".repeat(10));
    }

    @Test
    void aChecksumToComplete() {
        assertThat(encode(UDP4, true, NetifLayout.GSO_NONE, 0)).isTrue();
        assertThat(bytes()).isEqualTo("01" + "00" + "0000" + "0000" + "2200" + "0600");
    }

    @Test
    void segmentsToCut() {
        assertThat(encode(TCP4, true, NetifLayout.GSO_TCPV4, 1448)).isTrue();
        assertThat(bytes()).isEqualTo("01" + "01" + "4200" + "a805" + "2200" + "1000");
        assertThat(encode(TCP6, true, NetifLayout.GSO_TCPV6, 1440)).isTrue();
        assertThat(bytes()).isEqualTo("01" + "04" + "4a00" + "a005" + "3600" + "1000");
    }

    @Test
    void whatCanNotBeTold() {
        assertThat(encode(ETHERNET + "0806" + "00".repeat(28), true, NetifLayout.GSO_NONE, 0))
                .isFalse();
        assertThat(encode(UDP4, true, NetifLayout.GSO_TCPV4, 1448)).isFalse();
        assertThat(encode(TCP4, true, NetifLayout.GSO_TCPV6, 1448)).isFalse();
        assertThat(encode(TCP6, true, NetifLayout.GSO_TCPV4, 1448)).isFalse();
        assertThat(encode(TCP4, false, NetifLayout.GSO_TCPV4, 1448)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, false, false, 0",
        "1, 1, true, true, 1",
        "1, 129, true, true, 1",
        "1, 4, true, true, 2",
        "2, 0, false, true, 0",
        "1, 3, true, true, -1",
        "1, 5, true, true, -1"
    })
    void whatTheKernelTells(int flags, int type, boolean blank, boolean validated, int gsoType) {
        window.putLong(AT, flags | type << 8 | 1448L << 32);
        VirtioNetHeader header = new VirtioNetHeader();
        header.decode(window, AT);
        assertThat(header.isChecksumBlank()).isEqualTo(blank);
        assertThat(header.isDataValidated()).isEqualTo(validated);
        assertThat(header.gsoType()).isEqualTo(gsoType);
        assertThat(header.gsoSize()).isEqualTo(1448);
    }
}
