// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiveQueueTest implements FrameReceiver {
    private static final int MORE = NetifLayout.MORE_DATA;

    @AutoClose
    private ScriptedNetDriver driver = new ScriptedNetDriver(0);

    private ReceiveQueue queue = driver.receive;

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-copy", 1 << 17);

    private final Window copy = memory.window();
    private final List<byte[]> received = new ArrayList<>();
    private final List<Integer> gso = new ArrayList<>();

    @Override
    public void received(IncomingFrame frame) {
        byte[] bytes = new byte[frame.bytes()];
        frame.copyTo(copy, 0, bytes.length);
        copy.get(0, bytes, 0, bytes.length);
        received.add(bytes);
        gso.add(frame.gsoType() == NetifLayout.GSO_NONE ? 0 : frame.gsoSize());
    }

    private static byte[] content(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** As a back-end does: a page a slot, the extra info behind the first. */
    private void deliver(byte[] frame, int gsoSize) {
        for (int at = 0; at < frame.length; at += 4096) {
            int length = Math.min(4096, frame.length - at);
            int flags = at + length < frame.length ? MORE : 0;
            if (at == 0 && gsoSize > 0) {
                driver.fill(frame, 0, length, 0, flags | NetifLayout.EXTRA_INFO | NetifLayout.RX_DATA_VALIDATED);
                driver.gso(NetifLayout.GSO_TCPV4, gsoSize);
            } else {
                driver.fill(frame, at, length, 0, flags);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"14, 0", "60, 0", "1514, 0", "4096, 0", "4097, 0", "9014, 0", "1514, 1448", "65000, 1448"})
    void aFrameOfAnySize(int length, int gsoSize) {
        byte[] frame = content(length, 1);
        deliver(frame, gsoSize);
        assertThat(queue.poll(this)).isZero();
        assertThat(driver.publish())
                .as("the front-end wants to be told of its first frame")
                .isTrue();
        assertThat(queue.poll(this)).isOne();
        assertThat(received).containsExactly(frame);
        assertThat(gso).containsExactly(gsoSize);
        assertThat(queue.receivedFrames()).isOne();
        assertThat(queue.receivedBytes()).isEqualTo(length);
    }

    @Test
    void dataAnywhereInItsPage() {
        driver.fill(content(100, 1), 0, 100, 3996, MORE);
        driver.fill(content(100, 2), 0, 100, 7, 0);
        driver.publish();
        queue.poll(this);
        byte[] both = new byte[200];
        System.arraycopy(content(100, 1), 0, both, 0, 100);
        System.arraycopy(content(100, 2), 0, both, 100, 100);
        assertThat(received).containsExactly(both);
    }

    @Test
    void everySlotKeepsItsBuffer() {
        List<Integer> first = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (int slot = 0; slot < 256; slot++) {
                int gref = driver.post();
                assertThat(gref).isNotEqualTo(-1);
                if (round == 0) {
                    first.add(gref);
                }
                assertThat(gref).isEqualTo(first.get(slot));
                driver.respond(0, 0, NetifLayout.ERROR);
            }
            assertThat(driver.post()).as("buffers beyond the ring's").isEqualTo(-1);
            driver.publish();
            assertThat(queue.poll(this)).isZero();
        }
        assertThat(queue.droppedFrames()).isEqualTo(3 * 256);
        assertThat(queue.violation()).isNull();
    }

    @Test
    void manyFramesAndIndicesThatWrap() {
        driver.close();
        driver = new ScriptedNetDriver(-700);
        queue = driver.receive;
        Random random = new Random(1);
        for (int n = 0; n < 2_000; n++) {
            byte[] frame = content(14 + random.nextInt(20_000), n);
            deliver(frame, n % 3 == 0 ? 1448 : 0);
            driver.publish();
            received.clear();
            assertThat(queue.poll(this)).isOne();
            assertThat(received).containsExactly(frame);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "4000, 0, 97, OUTSIDE_PAGE",
        "0, 0, 4097, OUTSIDE_PAGE",
        "65535, 0, 1, OUTSIDE_PAGE",
        "65535, 0, 32767, OUTSIDE_PAGE",
        "0, 16, 60, GSO_PREFIX",
        "0, 4, 60, TRUNCATED",
        "0, 8, 60, TRUNCATED",
        "0, 12, 60, TRUNCATED"
    })
    void framesThatNoCorrectBackendMakes(int offset, int flags, int status, String reason) {
        driver.post();
        driver.respond(offset, flags, status);
        driver.publish();
        assertBroken(reason);
    }

    @ParameterizedTest
    @CsvSource({"0, 1448, GSO_TYPE", "3, 1448, GSO_TYPE", "255, 1448, GSO_TYPE", "1, 0, GSO_SIZE"})
    void segmentsThatNobodyMakes(int type, int size, String reason) {
        driver.fill(content(60, 1), 0, 60, 0, NetifLayout.EXTRA_INFO);
        driver.gso(type, size);
        driver.publish();
        assertBroken(reason);
    }

    @ParameterizedTest
    @CsvSource({"0, EXTRA_WITHOUT_TYPE", "0x0101, TRUNCATED", "0x01ff, TRUNCATED"})
    void extraInfosThatNoCorrectBackendGives(String word, String reason) {
        driver.fill(content(60, 1), 0, 60, 0, NetifLayout.EXTRA_INFO);
        driver.gso(NetifLayout.GSO_TCPV4, 1448);
        driver.receiveWindow().putShort(64 + 8, Integer.decode(word).shortValue());
        driver.publish();
        assertBroken(reason);
    }

    @Test
    void anExtraInfoThatNobodyKnowsIsSkipped() {
        driver.fill(content(60, 1), 0, 60, 0, NetifLayout.EXTRA_INFO);
        driver.gso(NetifLayout.GSO_TCPV4, 1448);
        driver.receiveWindow().putShort(64 + 8, (short) 200);
        driver.publish();
        assertThat(queue.poll(this)).isOne();
        assertThat(received).containsExactly(content(60, 1));
        assertThat(gso).containsExactly(0);
    }

    /** Whatever the error, the frame is lost, all of it, and no other. */
    @ParameterizedTest
    @ValueSource(ints = {-1, -2, -3, Short.MIN_VALUE})
    void aPieceWithAnError(int status) {
        driver.fill(content(60, 1), 0, 60, 0, MORE);
        driver.post();
        driver.respond(0, 0, status);
        deliver(content(60, 2), 0);
        driver.publish();
        assertThat(queue.poll(this)).isOne();
        assertThat(received).containsExactly(content(60, 2));
        assertThat(queue.droppedFrames()).isOne();
        assertThat(queue.violation()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 13})
    void lessThanAFrame(int length) {
        driver.fill(content(60, 1), 0, length, 0, 0);
        driver.publish();
        assertThat(queue.poll(this)).isZero();
        assertThat(queue.droppedFrames()).isOne();
        assertThat(queue.violation()).isNull();
    }

    /** Which buffer it is follows from the slot: an id, right or wrong, says nothing. */
    @Test
    void idsOfNoBuffer() {
        deliver(content(9000, 1), 1448);
        for (int slot = 0; slot < 4; slot += 2) {
            driver.receiveWindow().putShort(64 + 8L * slot, (short) 0x7777);
        }
        driver.publish();
        queue.poll(this);
        assertThat(received).containsExactly(content(9000, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 257, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void indicesThatNoCorrectBackendPublishes(int index) {
        ScriptedNetDriver.overrun(driver.receiveWindow(), index);
        assertBroken("more responses");
    }

    @Test
    void anIndexThatGoesBack() {
        deliver(content(60, 1), 0);
        driver.publish();
        assertThat(queue.poll(this)).isOne();
        received.clear();
        ScriptedNetDriver.overrun(driver.receiveWindow(), 0);
        assertBroken("more responses");
    }

    @Test
    void aChainLongerThanAnyPacket() {
        for (int i = 0; i < 256; i++) {
            driver.fill(content(60, i), 0, 60, 0, MORE);
        }
        driver.publish();
        assertBroken("MALICIOUS_FRAGMENTS");
    }

    private void assertBroken(String reason) {
        assertThat(queue.poll(this)).isZero();
        assertThat(queue.violation()).contains(reason);
        assertThat(received).isEmpty();
        assertThat(queue.arm()).isFalse();
        assertThat(queue.poll(this)).isZero();
    }

    @Test
    void aNicThatIsTakenAway() {
        queue.fail("unplugged");
        deliver(content(60, 1), 0);
        driver.publish();
        assertThat(queue.poll(this)).isZero();
    }

    @Test
    void aBackendThatStartsAfresh() {
        for (int i = 0; i < 10; i++) {
            deliver(content(60, i), 0);
        }
        driver.publish();
        queue.poll(this);
        deliver(content(60, 10), 0);
        driver.publish();
        received.clear();
        queue.resubmit();
        queue.publish();
        driver.attach(0);
        assertThat(queue.poll(this)).isZero();
        for (int i = 0; i < 256; i++) {
            driver.fill(content(60, i), 0, 60, 0, 0);
        }
        assertThat(driver.post()).isEqualTo(-1);
        driver.publish();
        assertThat(queue.poll(this)).isEqualTo(256);
        assertThat(received).hasSize(256);
        assertThat(received.get(255)).isEqualTo(content(60, 255));
    }
}
