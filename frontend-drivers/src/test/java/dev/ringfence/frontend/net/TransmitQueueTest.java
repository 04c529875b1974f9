// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringfence.protocol.NetifLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransmitQueueTest {
    @AutoClose
    private ScriptedNetDriver driver = new ScriptedNetDriver(0);

    private TransmitQueue queue = driver.transmit;

    private static byte[] content(int length, int seed) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 4096 + seed);
        }
        return bytes;
    }

    private OutgoingFrame filled(byte[] content) {
        OutgoingFrame frame = queue.begin();
        frame.data().put(0, content, 0, content.length);
        return frame;
    }

    private void send(int length, int seed) {
        assertThat(queue.send(filled(content(length, seed)).plain(length))).isTrue();
        queue.publish();
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 60, 4096, 4097, 9000, 65535})
    void aFrameOfAnySize(int length) {
        send(length, 1);
        assertThat(driver.take()).isEqualTo(content(length, 1));
        assertThat(driver.packet.isChecksumBlank()).isFalse();
        assertThat(driver.packet.gsoType()).isEqualTo(NetifLayout.GSO_NONE);
        driver.answer(NetifLayout.OKAY);
        assertThat(queue.poll()).isOne();
        assertThat(queue.sentFrames()).isOne();
        assertThat(queue.sentBytes()).isEqualTo(length);
        assertThat(queue.lostFrames()).isZero();
    }

    @Test
    void nothingIsSeenBeforeItIsPublished() {
        queue.send(filled(content(60, 1)).plain(60));
        assertThat(driver.published()).isZero();
        queue.publish();
        assertThat(driver.published()).isOne();
    }

    @Test
    void aBlankChecksum() {
        queue.send(filled(content(1514, 1)).checksumBlank(1514));
        queue.publish();
        driver.take();
        assertThat(driver.packet.isChecksumBlank()).isTrue();
        assertThat(driver.packet.isDataValidated()).isTrue();
    }

    @Test
    void segmentsToBeCut() {
        byte[] content = content(64000, 1);
        queue.send(filled(content).segments(64000, NetifLayout.GSO_TCPV6, 1440));
        queue.publish();
        assertThat(driver.take()).isEqualTo(content);
        assertThat(driver.packet.slots()).isEqualTo(17);
        assertThat(driver.packet.gsoType()).isEqualTo(NetifLayout.GSO_TCPV6);
        assertThat(driver.packet.gsoSize()).isEqualTo(1440);
        driver.answer(NetifLayout.OKAY);
        assertThat(queue.poll()).isOne();
        assertThat(queue.violation()).isNull();
    }

    @Test
    void aFullRing() {
        for (int i = 0; i < 16; i++) {
            send(65535, i);
        }
        OutgoingFrame late = filled(content(60, 99)).plain(60);
        assertThat(queue.send(late)).isFalse();
        driver.take();
        driver.answer(NetifLayout.OKAY);
        assertThat(queue.poll()).isOne();
        assertThat(queue.send(late)).isTrue();
    }

    @Test
    void allFramesOnTheirWay() {
        for (int i = 0; i < 128; i++) {
            send(60, i);
        }
        assertThat(queue.begin()).isNull();
        for (int i = 0; i < 128; i++) {
            assertThat(driver.take()).isEqualTo(content(60, i));
            driver.answer(NetifLayout.OKAY);
        }
        assertThat(queue.poll()).isEqualTo(128);
        assertThat(queue.begin()).isNotNull();
    }

    @Test
    void aFrameThatIsNotSentAfterAll() {
        for (int i = 0; i < 1000; i++) {
            queue.abandon(queue.begin());
        }
        assertThat(driver.published()).isZero();
    }

    @Test
    void answersInAnotherOrder() {
        send(60, 1);
        send(61, 2);
        driver.take();
        int first = driver.packet.id(0);
        driver.take();
        driver.answer(driver.packet.id(0), NetifLayout.OKAY);
        driver.answer(first, NetifLayout.DROPPED);
        assertThat(queue.poll()).isEqualTo(2);
        assertThat(queue.sentBytes()).isEqualTo(61);
        assertThat(queue.lostFrames()).isOne();
    }

    @Test
    void aFrameOfWhichOnePieceFailed() {
        send(9000, 1);
        driver.take();
        driver.answer(0, NetifLayout.OKAY);
        driver.answer(0, NetifLayout.ERROR);
        assertThat(queue.poll()).isZero();
        driver.answer(0, NetifLayout.OKAY);
        assertThat(queue.poll()).isOne();
        assertThat(queue.lostFrames()).isOne();
        assertThat(queue.sentFrames()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "128, 0, to no frame",
        "65535, 0, to no frame",
        "1, 0, to no frame",
        "0, 2, unknown status",
        "0, -3, unknown status",
        "7, 1, no response for a frame"
    })
    void answersThatNoCorrectBackendGives(int id, int status, String reason) {
        send(60, 1);
        driver.take();
        driver.answer(id, status);
        assertBroken(reason);
    }

    @Test
    void moreAnswersThanFrames() {
        send(60, 1);
        ScriptedNetDriver.overrun(driver.transmitWindow(), 2);
        assertBroken("more responses");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, 256, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void indicesThatNoCorrectBackendPublishes(int index) {
        send(60, 1);
        driver.take();
        ScriptedNetDriver.overrun(driver.transmitWindow(), index);
        assertBroken("more responses");
    }

    @Test
    void anIndexThatGoesBack() {
        send(60, 1);
        driver.take();
        driver.answer(NetifLayout.OKAY);
        assertThat(queue.poll()).isOne();
        send(60, 2);
        ScriptedNetDriver.overrun(driver.transmitWindow(), 0);
        assertBroken("more responses");
    }

    @Test
    void anAnswerToAFrameThatIsNotSentYet() {
        int begun = queue.begin().number();
        send(60, 1);
        driver.take();
        driver.answer(begun, NetifLayout.OKAY);
        assertBroken("to no frame");
    }

    /** The slot of an extra info has an answer of its own kind, and no other has it. */
    @Test
    void anExtraInfoThatIsAnsweredAsAFragmentIs() {
        queue.send(filled(content(60, 1)).segments(60, NetifLayout.GSO_TCPV4, 20));
        send(60, 2);
        driver.take();
        driver.answer(0, NetifLayout.OKAY);
        driver.answer(0, NetifLayout.OKAY);
        assertBroken("to no frame");
    }

    @Test
    void aFragmentThatIsAnsweredAsAnExtraInfoIs() {
        queue.send(filled(content(60, 1)).segments(60, NetifLayout.GSO_TCPV4, 20));
        queue.publish();
        driver.take();
        driver.answer(0, NetifLayout.NULL);
        driver.answer(0, NetifLayout.NULL);
        assertBroken("no response for a frame");
    }

    @Test
    void anAnswerTwice() {
        send(60, 1);
        send(60, 2);
        driver.take();
        driver.take();
        driver.answer(0, NetifLayout.OKAY);
        driver.answer(0, NetifLayout.OKAY);
        assertBroken("to no frame");
    }

    /** Everything on its way is lost, and whatever is sent later; nothing hangs. */
    private void assertBroken(String reason) {
        queue.poll();
        assertThat(queue.violation()).contains(reason);
        assertThat(queue.lostFrames()).isPositive();
        assertThat(queue.arm()).isFalse();
        for (int i = 0; i < 1000; i++) {
            send(60, i);
        }
        assertThat(queue.lostFrames()).isGreaterThan(1000);
    }

    @Test
    void aNicThatIsTakenAway() {
        send(60, 1);
        queue.fail("unplugged");
        assertThat(queue.poll()).isOne();
        assertThat(queue.violation()).isEqualTo("unplugged");
        assertThat(queue.lostFrames()).isOne();
    }

    @Test
    void indicesThatWrap() {
        driver.close();
        driver = new ScriptedNetDriver(-5);
        queue = driver.transmit;
        for (int i = 0; i < 1000; i++) {
            int length = 14 + i * 37 % 60_000;
            send(length, i);
            assertThat(driver.take()).isEqualTo(content(length, i));
            driver.answer(NetifLayout.OKAY);
            queue.poll();
        }
        assertThat(queue.sentFrames()).isEqualTo(1000);
    }

    @Test
    void aBackendThatStartsAfresh() {
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[] content = content(60 + i, i);
            assertThat(queue.send(filled(content).plain(content.length))).isTrue();
            queue.publish();
            sent.add(content);
            if (i < 200) {
                driver.take();
                driver.answer(NetifLayout.OKAY);
                queue.poll();
                sent.remove(0);
            }
        }
        driver.take();
        queue.resubmit();
        queue.publish();
        // The rings begin at 0 again, and so does who attaches to them.
        driver.attach(0);
        for (byte[] content : sent) {
            assertThat(driver.take()).isEqualTo(content);
        }
        assertThat(driver.take()).isNull();
    }

    @Test
    void framesOfSomebodyElse() {
        OutgoingFrame frame = queue.begin().plain(60);
        queue.send(frame);
        assertThatIllegalArgumentException().isThrownBy(() -> queue.send(frame));
        assertThatIllegalArgumentException().isThrownBy(() -> queue.abandon(frame));
        try (ScriptedNetDriver other = new ScriptedNetDriver(0)) {
            OutgoingFrame foreign = other.transmit.begin().plain(60);
            assertThatIllegalArgumentException().isThrownBy(() -> queue.send(foreign));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 13, 65536})
    void sizesThatNoFrameHas(int bytes) {
        OutgoingFrame frame = queue.begin();
        assertThatIllegalArgumentException().isThrownBy(() -> frame.plain(bytes));
        assertThatIllegalArgumentException().isThrownBy(() -> frame.segments(bytes, NetifLayout.GSO_TCPV4, 1448));
    }

    @ParameterizedTest
    @CsvSource({"0, 1448", "3, 1448", "1, 0", "1, 65536"})
    void segmentsThatNobodyCuts(int type, int size) {
        OutgoingFrame frame = queue.begin();
        assertThatIllegalArgumentException().isThrownBy(() -> frame.segments(9000, type, size));
    }
}
