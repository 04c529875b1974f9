// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.protocol.ExtraInfo;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.TxRequest;
import dev.ringfence.protocol.TxResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransmitServiceTest {
    private static final int MORE = NetifLayout.MORE_DATA;
    private static final byte[] TCP4 = HexFormat.of()
            .parseHex("020000000001" + "020000000002" + "0800" + "4500003c0000400040060000" + "0a0000010a000002"
                    + "1f90c350" + "0000000000000000" + "5010" + "faf0" + "00000000");

    @AutoClose
    private final ServedNetQueue queue = new ServedNetQueue(NetifLayout.TX_REQUEST_BYTES, TransmitService::new);

    private final TxResponse response = new TxResponse();
    private int nextPage;

    private void slot(int page, int offset, int flags, int id, int size) {
        TxRequest.encode(queue.ring.window(), queue.ring.requestOffset(), queue.refs[page], offset, flags, id, size);
        queue.ring.advanceRequest();
    }

    /** Puts a frame on the ring, a page a piece, and an extra info if it is to be cut. */
    private byte[] put(int id, int length, int gsoSize) {
        byte[] frame = new byte[length];
        new Random(id).nextBytes(frame);
        System.arraycopy(TCP4, 0, frame, 0, Math.min(TCP4.length, length));
        for (int at = 0; at < length; at += 4096) {
            int page = nextPage++ % ServedNetQueue.PAGES;
            int piece = Math.min(4096, length - at);
            queue.page(page).put(0, frame, at, piece);
            int flags = at + piece < length ? MORE : 0;
            flags |= at == 0 && gsoSize > 0 ? NetifLayout.EXTRA_INFO | NetifLayout.TX_CSUM_BLANK : 0;
            slot(page, 0, flags, id, at == 0 ? length : piece);
            if (at == 0 && gsoSize > 0) {
                ExtraInfo.encodeGso(
                        queue.ring.window(), queue.ring.requestOffset(), NetifLayout.GSO_TCPV4, gsoSize, false);
                queue.ring.advanceRequest();
            }
        }
        return frame;
    }

    private void serve() {
        queue.ring.publishRequests();
        while (queue.service.serve() > 0) {
            queue.service.hasWork();
        }
    }

    /** {@code id:status} of each response there is. */
    private List<String> responses() {
        List<String> all = new ArrayList<>();
        while (queue.ring.responsesAvailable() > 0) {
            response.decode(queue.ring.window(), queue.ring.responseOffset());
            queue.ring.advanceResponse();
            all.add(response.id() + ":" + response.status());
        }
        return all;
    }

    private static byte[] behindHeader(byte[] sent) {
        return Arrays.copyOfRange(sent, 10, sent.length);
    }

    @ParameterizedTest
    @CsvSource({"14, 0", "60, 0", "255, 0", "256, 0", "257, 0", "4096, 0", "9000, 0", "65535, 0", "9000, 1448"})
    void aFrameOfAnySize(int length, int gsoSize) {
        byte[] frame = put(7, length, gsoSize);
        serve();
        assertThat(queue.port.sent).hasSize(1);
        assertThat(behindHeader(queue.port.sent.get(0))).isEqualTo(frame);
        int pieces = (length + 4095) / 4096;
        assertThat(responses()).hasSize(pieces + (gsoSize > 0 ? 1 : 0)).contains("7:0");
    }

    @Test
    void whatTheKernelIsToldOfASegment() {
        put(7, 9000, 1448);
        serve();
        byte[] header = Arrays.copyOf(queue.port.sent.get(0), 10);
        assertThat(HexFormat.of().formatHex(header)).isEqualTo("01" + "01" + "3600" + "a805" + "2200" + "1000");
        assertThat(responses()).containsExactly("7:0", "0:1", "7:0", "7:0");
    }

    @Test
    void framesInOrderAndAnsweredInOrder() {
        List<byte[]> frames = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int id = 0; id < 100; id++) {
            frames.add(put(id, 60 + id, 0));
            expected.add(id + ":0");
        }
        serve();
        for (int id = 0; id < 100; id++) {
            assertThat(behindHeader(queue.port.sent.get(id))).isEqualTo(frames.get(id));
        }
        assertThat(responses()).isEqualTo(expected);
    }

    @Test
    void manyFramesRoundAndRound() {
        for (int n = 0; n < 500; n++) {
            byte[] frame = put(n, 14 + n * 97 % 60_000, 0);
            serve();
            assertThat(behindHeader(queue.port.sent.get(n))).isEqualTo(frame);
            assertThat(responses()).isNotEmpty().allMatch((n + ":0")::equals);
        }
        assertThat(queue.journal.inFlight()).isZero();
    }

    @Test
    void aWireThatIsFull() {
        queue.port.full = true;
        put(1, 60, 0);
        serve();
        assertThat(responses()).containsExactly("1:-2");
    }

    @Test
    void packetsThatAreDroppedCostNobodyAnythingElse() {
        slot(0, 0, 0, 1, 13);
        slot(0, 0, MORE, 2, 50);
        slot(0, 0, 0, 2, 60);
        for (int i = 0; i < 19; i++) {
            slot(0, 0, i < 18 ? MORE : 0, 3, i == 0 ? 100 : 1);
        }
        // A checksum to complete, of something that has none.
        queue.page(200).fill(0, 64, (byte) 0);
        slot(200, 0, NetifLayout.TX_CSUM_BLANK, 4, 60);
        byte[] good = put(5, 60, 0);
        serve();
        assertThat(queue.port.sent).hasSize(1);
        assertThat(behindHeader(queue.port.sent.get(0))).isEqualTo(good);
        List<String> responses = responses();
        assertThat(responses).hasSize(1 + 2 + 19 + 1 + 1).endsWith("4:-1", "5:0");
        assertThat(responses.subList(0, 23)).allMatch(answer -> answer.endsWith(":-1"));
    }

    @Test
    void aChangeOfMulticastGroups() {
        slot(0, 0, NetifLayout.EXTRA_INFO, 9, 0);
        ExtraInfo.encodeMulticast(queue.ring.window(), queue.ring.requestOffset(), true, 0x01005e000001L, false);
        queue.ring.advanceRequest();
        serve();
        assertThat(queue.port.sent).isEmpty();
        assertThat(responses()).containsExactly("9:0", "0:1");
    }

    @Test
    void aPacketThatIsCutOffByTheProducer() {
        slot(0, 0, MORE, 1, 100);
        queue.ring.publishRequests();
        assertThat(queue.service.serve()).isNegative();
        assertThat(queue.service.violation()).isEqualTo("TRUNCATED");
    }

    @Test
    void extraInfosWithoutEnd() {
        slot(0, 0, NetifLayout.EXTRA_INFO, 1, 100);
        for (int i = 0; i < 255; i++) {
            queue.ring.window().putLong(queue.ring.requestOffset(), 77 | 1 << 8);
            queue.ring.advanceRequest();
        }
        queue.ring.publishRequests();
        assertThat(queue.service.serve()).isNegative();
    }

    @Test
    void grantsThatAreNone() {
        TxRequest.encode(queue.ring.window(), queue.ring.requestOffset(), 4711, 0, 0, 1, 60);
        queue.ring.advanceRequest();
        queue.ring.publishRequests();
        assertThat(queue.service.serve()).isNegative();
        assertThat(queue.service.violation()).contains("4711");
    }

    @Test
    void aProducerPastTheRing() {
        queue.ring.window().putIntRelease(0, 257);
        assertThat(queue.service.serve()).isNegative();
    }

    /** Dead before anything was answered: sent again, in order, after what came before. */
    @Test
    void aSuccessorSendsAgainWhatWasNotAnswered() {
        byte[] first = put(1, 9000, 1448);
        byte[] second = put(2, 60, 0);
        queue.ring.publishRequests();
        queue.journalOnly(2);
        queue.succeed();
        assertThat(queue.port.sent).hasSize(2);
        assertThat(behindHeader(queue.port.sent.get(0))).isEqualTo(first);
        assertThat(behindHeader(queue.port.sent.get(1))).isEqualTo(second);
        assertThat(responses()).containsExactly("1:0", "0:1", "1:0", "1:0", "2:0");
        put(3, 60, 0);
        serve();
        assertThat(responses()).containsExactly("3:0");
    }

    @Test
    void nothingIsPinnedWhenNothingIsUnderWay() {
        put(1, 65535, 0);
        serve();
        for (int ref : queue.refs) {
            assertThat(queue.table.endAccess(ref)).isTrue();
        }
    }
}
