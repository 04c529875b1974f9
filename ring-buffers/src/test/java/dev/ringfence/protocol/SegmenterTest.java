// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmenterTest {
    private static final int OUT = 70_000;
    private static final String ETHERNET = "020000000001" + "020000000002";
    private static final String IPV4 = "0800" + "4500ffff12344000400600000a0000010a000002";
    private static final String IPV6 =
            "86dd" + "60000000ffff0640" + "fd000000000000000000000000000001" + "fd000000000000000000000000000002";
    private static final String TCP =
            "1f90c350" + "fffffff0" + "01020304" + "8099faf0" + "00000000" + "0101080a0000000100000002";
    private static final int SEQUENCE = 0xfffffff0;

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-segments", 1 << 18);

    private final Window window = memory.window();
    private final Segmenter segmenter = new Segmenter();
    private final Random random = new Random(7);

    private byte[] frame(String headers, int payload) {
        byte[] head = HexFormat.of().parseHex(headers);
        byte[] frame = Arrays.copyOf(head, head.length + payload);
        byte[] bytes = new byte[payload];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, frame, head.length, payload);
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        boolean four = frame[12] == 8;
        buffer.putShort(four ? 16 : 18, (short) (frame.length - (four ? 14 : 54)));
        return frame;
    }

    private List<byte[]> segments(byte[] frame, boolean blank, int gsoType, int gsoSize) {
        window.put(0, frame, 0, frame.length);
        assertThat(segmenter.begin(window, 0, frame.length, blank, gsoType, gsoSize))
                .isTrue();
        List<byte[]> all = new ArrayList<>();
        for (int length = segmenter.next(window, OUT); length > 0; length = segmenter.next(window, OUT)) {
            byte[] segment = new byte[length];
            window.get(OUT, segment, 0, length);
            all.add(segment);
        }
        return all;
    }

    /** The sum over what has a right checksum in it is all ones; written as the RFC's text says, not as the code. */
    private static int onesComplement(byte[] bytes, int from, int length, long start) {
        long sum = start;
        for (int i = 0; i < length; i++) {
            sum += (long) (bytes[from + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum > 0xffff) {
            sum = sum - 0xffff;
        }
        return (int) sum;
    }

    private static void assertChecksums(byte[] frame, int protocol) {
        boolean four = frame[12] == 8;
        int transport = four ? 34 : 54;
        if (four && frame[24] + frame[25] != 0) {
            assertThat(onesComplement(frame, 14, 20, 0)).as("IP").isEqualTo(0xffff);
        }
        int length = frame.length - transport;
        int pseudo = onesComplement(frame, four ? 26 : 22, four ? 8 : 32, protocol + (long) length);
        assertThat(onesComplement(frame, transport, length, pseudo))
                .as("transport")
                .isEqualTo(0xffff);
    }

    @ParameterizedTest
    @CsvSource({"1, 1448", "1447, 1448", "1448, 1448", "1449, 1448", "65000, 1448", "64000, 1", "30001, 8948"})
    void cutsTcpIntoFramesThatAreWholeOnes(int payload, int size) {
        int bytes = payload / size > 1_000 ? 700 : payload;
        for (String network : List.of(IPV4, IPV6)) {
            byte[] frame = frame(ETHERNET + network + TCP, bytes);
            boolean four = network.equals(IPV4);
            int end = frame.length - bytes;

            List<byte[]> segments = segments(frame, true, four ? NetifLayout.GSO_TCPV4 : NetifLayout.GSO_TCPV6, size);

            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            for (int i = 0; i < segments.size(); i++) {
                byte[] segment = segments.get(i);
                ByteBuffer buffer = ByteBuffer.wrap(segment);
                assertChecksums(segment, FrameHeaders.TCP);
                assertThat(segment.length - end).isEqualTo(Math.min(size, bytes - i * size));
                assertThat(buffer.getShort(four ? 16 : 18)).isEqualTo((short) (segment.length - (four ? 14 : 54)));
                assertThat(buffer.getInt((four ? 34 : 54) + 4)).isEqualTo(SEQUENCE + i * size);
                if (four) {
                    assertThat(buffer.getShort(18)).isEqualTo((short) (0x1234 + i));
                }
                boolean last = i == segments.size() - 1;
                int flags = 0x99 & (last ? 0xff : ~0x09) & (i == 0 ? 0xff : ~0x80);
                assertThat(segment[(four ? 34 : 54) + 13] & 0xff).isEqualTo(flags);
                joined.write(segment, end, segment.length - end);
            }
            assertThat(joined.toByteArray()).isEqualTo(Arrays.copyOfRange(frame, end, frame.length));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 100, 1_400})
    void completesABlankChecksum(int payload) {
        for (String network : List.of(IPV4, IPV6)) {
            List<byte[]> tcp = segments(frame(ETHERNET + network + TCP, payload), true, NetifLayout.GSO_NONE, 0);
            assertThat(tcp).hasSize(1);
            assertChecksums(tcp.get(0), FrameHeaders.TCP);

            String udp = ETHERNET + network.replace("4006", "4011").replace("0640", "1140") + "1f90c35000000000";
            List<byte[]> one = segments(frame(udp, payload), true, NetifLayout.GSO_NONE, 0);
            assertThat(one).hasSize(1);
            assertChecksums(one.get(0), FrameHeaders.UDP);
        }
    }

    @Test
    void leavesAloneWhatIsComplete() {
        byte[] arp = HexFormat.of().parseHex(ETHERNET + "0806" + "0001080006040001");

        assertThat(segments(arp, false, NetifLayout.GSO_NONE, 0)).containsExactly(arp);
    }

    @Test
    void paddingIsNoPartOfWhatIsSummed() {
        byte[] frame = frame(ETHERNET + IPV4 + TCP, 3);
        byte[] padded = Arrays.copyOf(frame, frame.length + 20);
        Arrays.fill(padded, frame.length, padded.length, (byte) 0x55);

        assertThat(segments(padded, true, NetifLayout.GSO_NONE, 0))
                .containsExactlyElementsOf(segments(frame, true, NetifLayout.GSO_NONE, 0));
    }

    @Test
    void refusesWhatTheHeadersDoNotSay() {
        byte[] arp = HexFormat.of().parseHex(ETHERNET + "0806" + "0001080006040001");
        byte[] udp = frame(ETHERNET + IPV4.replace("4006", "4011") + "1f90c35000000000", 3_000);
        byte[] tcp = frame(ETHERNET + IPV4 + TCP, 3_000);

        assertThat(begins(arp, true, NetifLayout.GSO_NONE, 0)).isFalse();
        assertThat(begins(udp, true, NetifLayout.GSO_TCPV4, 1_448)).isFalse();
        assertThat(begins(tcp, true, NetifLayout.GSO_TCPV6, 1_448)).isFalse();
        assertThat(begins(tcp, true, NetifLayout.GSO_TCPV4, 0)).isFalse();
        assertThat(begins(Arrays.copyOf(tcp, 40), true, NetifLayout.GSO_TCPV4, 1_448))
                .isFalse();
    }

    private boolean begins(byte[] frame, boolean blank, int gsoType, int gsoSize) {
        window.put(0, frame, 0, frame.length);
        return segmenter.begin(window, 0, frame.length, blank, gsoType, gsoSize);
    }

    /** The example of many textbooks. */
    @Test
    void theChecksumOfAHeader() {
        byte[] header = HexFormat.of().parseHex("45000073000040004011" + "0000" + "c0a80001c0a800c7");
        window.put(0, header, 0, header.length);

        assertThat(InternetChecksum.of(InternetChecksum.add(window, 0, header.length, 0)))
                .isEqualTo(0xb861);
    }

    @Test
    void theHeaderOfATunnel() {
        VxlanHeader.encode(window, 8, 0x123456);
        byte[] header = new byte[VxlanHeader.BYTES];
        window.get(8, header, 0, header.length);

        assertThat(HexFormat.of().formatHex(header)).isEqualTo("0800000012345600");
        assertThat(VxlanHeader.network(window, 8)).isEqualTo(0x123456);
        window.putByte(8, (byte) 0);
        assertThat(VxlanHeader.network(window, 8)).isEqualTo(-1);
    }
}
