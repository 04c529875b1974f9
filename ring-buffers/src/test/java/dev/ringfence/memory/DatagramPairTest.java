// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatagramPairTest {
    private static final int ROOM = 1 << 18;
    private static final int LARGEST = 65_550;
    private static final int ELSEWHERE = 1 << 17;

    @AutoClose
    private final DatagramPair pair = DatagramPair.create(ROOM);

    @AutoClose
    private final SharedMemory memory = SharedMemory.create("test-datagrams", 1 << 18);

    private final Window window = memory.window();
    private final IoVector vector = new IoVector(3);

    private long send(int bytes) {
        vector.clear();
        vector.add(window, 0, 10);
        vector.add(window, 10, bytes - 10L);
        return vector.send(pair.sender());
    }

    private long receive() {
        vector.clear();
        vector.add(window, ELSEWHERE, 1 << 17);
        return vector.receive(pair.receiver());
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 70, 1524, 9010, LARGEST})
    void aFrameComesOutAsItWentIn(int bytes) {
        byte[] frame = new byte[bytes];
        new Random(bytes).nextBytes(frame);
        window.put(0, frame, 0, bytes);

        assertThat(send(bytes)).isEqualTo(bytes);
        assertThat(receive()).isEqualTo(bytes);
        byte[] received = new byte[bytes];
        window.get(ELSEWHERE, received, 0, bytes);
        assertThat(received).isEqualTo(frame);
    }

    @Test
    void framesComeOneByOneAndInOrder() {
        send(24);
        send(LARGEST);
        send(60);
        assertThat(receive()).isEqualTo(24);
        assertThat(receive()).isEqualTo(LARGEST);
        assertThat(receive()).isEqualTo(60);
        assertThat(receive()).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void aFullOneRefusesAndLosesNothing() {
        int sent = 0;
        while (send(70) == 70) {
            sent++;
        }
        assertThat(send(70)).isEqualTo(-Errno.EAGAIN);
        // Ten is what the kernel allows those that are not connected to each other.
        assertThat(sent).isGreaterThan(100);
        for (int i = 0; i < sent; i++) {
            assertThat(receive()).isEqualTo(70);
        }
        assertThat(send(70)).isEqualTo(70);
    }

    @Test
    void whatIsInItOutlivesThoseWhoPutItThere() {
        try (Descriptor others = pair.sender().duplicate()) {
            vector.clear();
            vector.add(window, 0, 33);
            vector.send(others);
        }
        assertThat(receive()).isEqualTo(33);
    }
}
