// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Frames as they are on the wire; and what of them a peer may have cut off or made up. */
class FrameHeadersTest {
    private static final String ETHERNET = "020000000001" + "020000000002";
    private static final String IPV4 = "4500003c00004000" + "40060000" + "0a000001" + "0a000002";
    private static final String IPV6 =
            "6000000000280640" + "20010db8000000000000000000000001" + "20010db8000000000000000000000002";
    private static final String TCP = "1f90c350" + "00000000" + "00000000" + "a002" + "faf0" + "0000" + "0000"
            + "020405b40402080a0000000000000000" + "01030307";
    private static final String ARP = "0001" + "0800" + "0604" + "0001" + "02fffffffffe" + "fffefdfc" + "00".repeat(10);
    private static final String UDP = "00350400" + "0010" + "0000";

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-frame", SharedMemory.PAGE_BYTES);

    private final FrameHeaders headers = new FrameHeaders();

    /** A window that ends where the frame does, so that nothing behind it can be read. */
    private FrameHeaders decode(String... parts) {
        byte[] frame = HexFormat.of().parseHex(String.join("", parts));
        Window window = memory.window(0, frame.length);
        window.put(0, frame, 0, frame.length);
        headers.decode(window, 0, frame.length);
        return headers;
    }

    @Test
    void addresses() {
        decode(ETHERNET, "0806", "00".repeat(28));
        assertThat(headers.destination()).isEqualTo(0x020000000001L);
        assertThat(headers.source()).isEqualTo(0x020000000002L);
        assertThat(headers.etherType()).isEqualTo(FrameHeaders.ARP);
        assertThat(headers.transport()).isEqualTo(FrameHeaders.NONE);
        assertThat(FrameHeaders.isGroup(headers.destination())).isFalse();
        assertThat(FrameHeaders.isGroup(0xffffffffffffL)).isTrue();
        assertThat(FrameHeaders.isGroup(0x333300000001L)).isTrue();
    }

    @Test
    void whoSaysThatItSentThis() {
        assertThat(decode(ETHERNET, "0800", IPV4, TCP).isIpv4()).isTrue();
        assertThat(headers.ipv4Source()).isEqualTo(0x0a000001);
        assertThat(headers.isIpv6() || headers.isArp()).isFalse();
        assertThat(decode(ETHERNET, "81000001", "86dd", IPV6, TCP).isIpv6()).isTrue();
        assertThat(headers.ipv6SourceHigh()).isEqualTo(0x20010db800000000L);
        assertThat(headers.ipv6SourceLow()).isEqualTo(1);
        assertThat(headers.isIpv4() || headers.isArp()).isFalse();
        assertThat(decode(ETHERNET, "0806", ARP).isArp()).isTrue();
        assertThat(headers.arpSender()).isEqualTo(0x02fffffffffeL);
        assertThat(headers.arpSenderAddress()).isEqualTo(0xfffefdfc);
        assertThat(headers.isIpv4() || headers.isIpv6()).isFalse();
    }

    @Test
    void nobodySaysSoInWhatIsCutOffOrContradictsItself() {
        assertThat(decode(ETHERNET, "0800", IPV4.substring(0, 38)).isIpv4()).isFalse();
        assertThat(decode(ETHERNET, "0800", IPV6).isIpv4()).isFalse();
        assertThat(decode(ETHERNET, "86dd", IPV6.substring(0, 78)).isIpv6()).isFalse();
        assertThat(decode(ETHERNET, "86dd", IPV4, TCP).isIpv6()).isFalse();
        assertThat(decode(ETHERNET, "0806", ARP.substring(0, 54)).isArp()).isFalse();
        assertThat(decode(ETHERNET, "0806", ARP.replaceFirst("0001", "0006")).isArp())
                .isFalse();
        assertThat(decode(ETHERNET, "0806", ARP.replaceFirst("0604", "0610")).isArp())
                .isFalse();
    }

    @Test
    void tcpOverIpv4() {
        decode(ETHERNET, "0800", IPV4, TCP);
        assertThat(headers.network()).isEqualTo(14);
        assertThat(headers.protocol()).isEqualTo(FrameHeaders.TCP);
        assertThat(headers.transport()).isEqualTo(34);
        assertThat(headers.end()).isEqualTo(74);
        assertThat(headers.checksumOffset()).isEqualTo(16);
    }

    @Test
    void udpOverIpv6() {
        decode(ETHERNET, "86dd", IPV6.replaceFirst("0640", "1140"), UDP);
        assertThat(headers.protocol()).isEqualTo(FrameHeaders.UDP);
        assertThat(headers.transport()).isEqualTo(54);
        assertThat(headers.end()).isEqualTo(62);
        assertThat(headers.checksumOffset()).isEqualTo(6);
    }

    @Test
    void behindTwoTagsAndExtensionHeaders() {
        String extensions = "3c00" + "000000000000" + "0601" + "0000".repeat(7);
        decode(ETHERNET, "88a80001", "81000002", "86dd", IPV6.replaceFirst("0640", "0040"), extensions, TCP);
        assertThat(headers.network()).isEqualTo(22);
        assertThat(headers.etherType()).isEqualTo(FrameHeaders.IPV6);
        assertThat(headers.protocol()).isEqualTo(FrameHeaders.TCP);
        assertThat(headers.transport()).isEqualTo(22 + 40 + 8 + 16);
    }

    @Test
    void fragmentsHaveNoTransportHeader() {
        assertThat(decode(ETHERNET, "0800", IPV4.replaceFirst("4000", "2000"), TCP)
                        .transport())
                .isEqualTo(FrameHeaders.NONE);
        assertThat(decode(ETHERNET, "0800", IPV4.replaceFirst("4000", "0001"), TCP)
                        .transport())
                .isEqualTo(FrameHeaders.NONE);
        assertThat(decode(ETHERNET, "86dd", IPV6.replaceFirst("0640", "2c40"), "0600000100000000", TCP)
                        .transport())
                .isEqualTo(FrameHeaders.NONE);
    }

    @Test
    void headersThatContradictThemselves() {
        assertThat(decode(ETHERNET, "0800", IPV4.replaceFirst("45", "44"), TCP).transport())
                .isEqualTo(FrameHeaders.NONE);
        assertThat(decode(ETHERNET, "0800", IPV4.replaceFirst("45", "65"), TCP).transport())
                .isEqualTo(FrameHeaders.NONE);
        assertThat(decode(ETHERNET, "86dd", IPV4, TCP).transport()).isEqualTo(FrameHeaders.NONE);
        assertThat(decode(ETHERNET, "0800", IPV4, TCP.replaceFirst("a002", "4002"))
                        .transport())
                .isEqualTo(FrameHeaders.NONE);
    }

    @Test
    void everyLengthAFrameCanBeCutTo() {
        String whole = ETHERNET + "8100000188a8000286dd" + IPV6.replaceFirst("0640", "3c40") + "0600000000000000" + TCP;
        for (int bytes = 14; bytes <= whole.length() / 2; bytes++) {
            decode(whole.substring(0, 2 * bytes));
            headers.flowHash(new ToeplitzHash(new byte[ToeplitzHash.KEY_BYTES]));
            assertThat(headers.transport() == FrameHeaders.NONE).isEqualTo(bytes < 22 + 40 + 8 + 20);
        }
    }

    @Test
    void noiseBehindPlausibleBeginnings() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ToeplitzHash hash = new ToeplitzHash(new byte[ToeplitzHash.KEY_BYTES]);
        String[] beginnings = {"0800" + "45", "0800", "86dd" + "60", "8100", "88a8" + "0001" + "0800" + "4f"};
        for (int n = 0; n < 100_000; n++) {
            byte[] noise = new byte[random.nextInt(100)];
            random.nextBytes(noise);
            try {
                decode(
                        ETHERNET,
                        beginnings[n % beginnings.length],
                        HexFormat.of().formatHex(noise));
                headers.flowHash(hash);
            } catch (RuntimeException e) {
                throw new AssertionError("seed=" + seed + " n=" + n, e);
            }
        }
    }

    @Test
    void theFlowHashIsOfAddressesAndPorts() {
        byte[] key = new byte[ToeplitzHash.KEY_BYTES];
        new Random(1).nextBytes(key);
        ToeplitzHash hash = new ToeplitzHash(key);
        int flow = decode(ETHERNET, "0800", IPV4, TCP).flowHash(hash);
        assertThat(decode(ETHERNET, "0800", IPV4.replaceFirst("003c", "0123"), TCP.replaceFirst("faf0", "1234"))
                        .flowHash(hash))
                .isEqualTo(flow);
        assertThat(decode(ETHERNET, "0800", IPV4, TCP.replaceFirst("1f90", "1f91"))
                        .flowHash(hash))
                .isNotEqualTo(flow);
        assertThat(decode(ETHERNET, "0800", IPV4.replaceFirst("0a000001", "0a000003"), TCP)
                        .flowHash(hash))
                .isNotEqualTo(flow);
        assertThat(decode(ETHERNET, "0806", "00".repeat(28)).flowHash(hash)).isZero();
    }
}
