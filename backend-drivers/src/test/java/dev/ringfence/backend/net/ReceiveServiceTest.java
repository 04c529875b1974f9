// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.RxPacket;
import dev.ringfence.protocol.RxRequest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiveServiceTest {
    @AutoClose
    private final ServedNetQueue queue = new ServedNetQueue(NetifLayout.RX_REQUEST_BYTES, ReceiveService::new);

    private final RxPacket packet = new RxPacket();
    private int posted;

    /** Buffer of ring slot n: page n. */
    private void post(int count) {
        for (int i = 0; i < count; i++) {
            int slot = posted++ % ServedNetQueue.SLOTS;
            RxRequest.encode(queue.ring.window(), queue.ring.requestOffset(), slot, queue.refs[slot]);
            queue.ring.advanceRequest();
        }
        queue.ring.publishRequests();
    }

    private static byte[] frame(int length, int seed) {
        byte[] frame = new byte[length];
        new Random(seed).nextBytes(frame);
        return frame;
    }

    private byte[] arrive(int length, int gsoSize, int seed) {
        byte[] frame = frame(length, seed);
        byte[] whole = new byte[10 + length];
        System.arraycopy(frame, 0, whole, 10, length);
        if (gsoSize > 0) {
            whole[0] = 1;
            whole[1] = 1;
            whole[4] = (byte) gsoSize;
            whole[5] = (byte) (gsoSize >> 8);
        }
        queue.port.arriving.add(whole);
        return frame;
    }

    private void serve() {
        while (queue.service.serve() > 0) {
            queue.service.hasWork();
        }
    }

    /** What a front-end makes of the responses there are. */
    private List<byte[]> received() {
        List<byte[]> frames = new ArrayList<>();
        while (queue.ring.responsesAvailable() > 0) {
            int first = queue.ring.responseIndex();
            packet.begin();
            while (packet.isOpen()) {
                assertThat(queue.ring.responsesAvailable()).isPositive();
                packet.add(queue.ring.window(), queue.ring.responseOffset());
                queue.ring.advanceResponse();
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < packet.fragmentCount(); i++) {
                int page = first + packet.slot(i) & ServedNetQueue.SLOTS - 1;
                bytes.writeBytes(queue.read(page, packet.offset(i), packet.bytes(i)));
            }
            frames.add(bytes.toByteArray());
        }
        return frames;
    }

    @ParameterizedTest
    @CsvSource({
        "14, 0",
        "60, 0",
        "1514, 0",
        "4096, 0",
        "4097, 0",
        "9014, 0",
        "65536, 0",
        "1514, 1448",
        "4097, 1448",
        "65550, 1448",
        "69632, 1448"
    })
    void aFrameOfAnySize(int length, int gsoSize) {
        post(64);
        byte[] frame = arrive(length, gsoSize, 1);
        serve();
        assertThat(received()).containsExactly(frame);
        assertThat(packet.gsoSize()).isEqualTo(gsoSize);
        assertThat(packet.isChecksumBlank()).isEqualTo(gsoSize > 0);
    }

    @Test
    void nothingIsTakenFromTheWireWithoutABuffer() {
        arrive(60, 0, 1);
        serve();
        assertThat(queue.port.arriving).hasSize(1);
        assertThat(queue.service.hasWork()).isFalse();
    }

    /** The frame is half in buffers and half elsewhere until the guest posts more. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 16, 17})
    void buffersThatComeLate(int first) {
        for (int gsoSize : new int[] {0, 1448}) {
            int before = queue.ring.responseIndex();
            post(first);
            byte[] frame = arrive(65535, gsoSize, first);
            serve();
            assertThat(received()).as("with %d buffers", first).hasSize(first >= 16 + (gsoSize > 0 ? 1 : 0) ? 1 : 0);
            post(17 - first);
            serve();
            if (queue.ring.responseIndex() == before) {
                assertThat(received()).containsExactly(frame);
            }
            assertThat(queue.journal.inFlight()).isLessThan(3);
            post(gsoSize > 0 ? 0 : 16);
            arrive(60, 0, 2);
            serve();
            received();
            while (queue.journal.inFlight() > 0) {
                arrive(60, 0, 3);
                serve();
                received();
            }
        }
    }

    @Test
    void manyFramesRoundAndRound() {
        Random random = new Random(1);
        post(256);
        for (int n = 0; n < 1_000; n++) {
            byte[] frame = arrive(14 + random.nextInt(30_000), n % 2 == 0 ? 1448 : 0, n);
            serve();
            assertThat(received()).containsExactly(frame);
            post(packet.slots());
        }
    }

    @Test
    void framesThatNobodyCanTakeAreLeftOut() {
        post(64);
        arrive(13, 0, 1);
        queue.port.arriving.add(new byte[10]);
        queue.port.arriving.add(new byte[10 + 17 * 4096 + 1]);
        byte[] good = arrive(60, 0, 2);
        serve();
        assertThat(queue.port.arriving).isEmpty();
        assertThat(received()).containsExactly(good);
    }

    @Test
    void aSuccessorFillsTheBuffersItsPredecessorHad() {
        post(40);
        arrive(9000, 0, 1);
        serve();
        assertThat(received()).hasSize(1);
        queue.succeed();
        byte[] frame = arrive(65535, 1448, 2);
        serve();
        assertThat(received()).containsExactly(frame);
        // Three for the first, seventeen for the second: the rest is still there.
        for (int i = 0; i < 20; i++) {
            arrive(60, 0, i);
        }
        arrive(60, 0, 99);
        serve();
        assertThat(received()).hasSize(20);
        assertThat(queue.port.arriving).hasSize(1);
    }

    @Test
    void aFrameThatWasNotCommittedIsLostAndItsBuffersAreNot() {
        post(20);
        arrive(9000, 0, 1);
        serve();
        received();
        // As if the predecessor had died with three answers journalled and none committed.
        int[] entries = queue.journalDone(3);
        assertThat(entries).hasSize(3);
        queue.succeed();
        assertThat(queue.settlement.answeredCount()).isEqualTo(3);
        for (int i = 0; i < 17; i++) {
            arrive(60, 0, i);
        }
        serve();
        assertThat(received()).hasSize(17);
    }

    @Test
    void grantsThatAreNone() {
        RxRequest.encode(queue.ring.window(), queue.ring.requestOffset(), 0, 4711);
        queue.ring.advanceRequest();
        queue.ring.publishRequests();
        arrive(60, 0, 1);
        assertThat(queue.service.serve()).isNegative();
        assertThat(queue.service.violation()).contains("4711");
    }

    @Test
    void aProducerPastTheRing() {
        queue.ring.window().putIntRelease(0, 257);
        assertThat(queue.service.serve()).isNegative();
    }

    @Test
    void buffersAreInUseFromTheirTakingToTheirAnswer() {
        post(18);
        arrive(60, 0, 1);
        serve();
        received();
        assertThat(queue.table.endAccess(queue.refs[0])).as("answered").isTrue();
        assertThat(queue.table.endAccess(queue.refs[1])).as("taken").isFalse();
        assertThat(queue.table.endAccess(queue.refs[18])).as("not posted").isTrue();
    }
}
