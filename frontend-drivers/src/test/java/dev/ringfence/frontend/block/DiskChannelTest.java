// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class DiskChannelTest {
    private static final int SIZE = 4 << 20;

    private Connection connection;
    private AsyncDisk disk;
    private RunningDriver[] drivers;
    private DiskChannel channel;

    private void open(int sectorBytes) {
        connection = new Connection(1, 1, 300, 0, new DiskInfo(SIZE, sectorBytes, false, true, true, 4096, 1 << 20));
        drivers = RunningDriver.start(connection);
        disk = new AsyncDisk(connection);
        channel = new DiskChannel(disk);
    }

    @AfterEach
    void close() throws InterruptedException {
        stopDrivers();
        disk.close();
    }

    /** Before the region is unmapped. */
    private void stopDrivers() throws InterruptedException {
        for (RunningDriver driver : drivers) {
            driver.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void anyOffsetAndLengthWorks(int sectorBytes) throws IOException {
        open(sectorBytes);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] model = new byte[SIZE];
        for (int i = 0; i < 1_500; i++) {
            int length = 1 + random.nextInt(random.nextInt(10) == 0 ? SIZE : 3 * sectorBytes);
            int at = random.nextInt(SIZE - length + 1);
            if (random.nextInt(4) == 0) {
                at = at / sectorBytes * sectorBytes;
                length = Math.max(1, length / sectorBytes) * sectorBytes;
                at = Math.min(at, SIZE - length);
            }
            byte[] bytes = new byte[length];
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            if (random.nextBoolean()) {
                random.nextBytes(bytes);
                assertThat(channel.write(buffer, at)).isEqualTo(length);
                System.arraycopy(bytes, 0, model, at, length);
            } else {
                assertThat(channel.read(buffer, at)).isEqualTo(length);
                assertThat(Arrays.mismatch(bytes, 0, length, model, at, at + length))
                        .as("seed=%d at=%d length=%d", seed, at, length)
                        .isEqualTo(-1);
            }
            assertThat(buffer.hasRemaining()).isFalse();
        }
        assertThat(Arrays.mismatch(connection.driver().disk.array(), model))
                .as("seed=%d", seed)
                .isEqualTo(-1);
    }

    @Test
    void neighboursInOneSectorDontLoseEachOthersBytes() throws Exception {
        open(4096);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> results = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int first = t * 10;
            results.add(threads.submit(() -> {
                for (int i = 0; i < 300; i++) {
                    byte[] mark = new byte[10];
                    Arrays.fill(mark, (byte) i);
                    channel.write(ByteBuffer.wrap(mark), 4096 + first);
                    ByteBuffer back = ByteBuffer.allocate(10);
                    channel.read(back, 4096 + first);
                    assertThat(back.array()).isEqualTo(mark);
                }
                return null;
            }));
        }
        for (Future<?> result : results) {
            result.get();
        }
        threads.shutdown();
    }

    @Test
    void theEndOfTheDiskIsTheEndOfTheFile() throws IOException {
        open(512);
        assertThat(channel.size()).isEqualTo(SIZE);
        assertThat(channel.read(ByteBuffer.allocate(100), SIZE)).isEqualTo(-1);
        assertThat(channel.read(ByteBuffer.allocate(100), Long.MAX_VALUE)).isEqualTo(-1);
        assertThat(channel.read(ByteBuffer.allocate(0), SIZE)).isZero();
        assertThat(channel.read(ByteBuffer.allocate(100), SIZE - 10)).isEqualTo(10);
        ByteBuffer source = ByteBuffer.allocate(100);
        assertThat(channel.write(source, SIZE - 10)).isEqualTo(10);
        assertThat(source.remaining()).isEqualTo(90);
        assertThatThrownBy(() -> channel.write(source, SIZE)).isInstanceOf(IOException.class);
        assertThat(channel.write(ByteBuffer.allocate(0), SIZE)).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> channel.read(source, -1));
        assertThatThrownBy(() -> channel.truncate(5)).isInstanceOf(IOException.class);
    }

    @Test
    void itHasAPosition() throws IOException {
        open(512);
        channel.position(700);
        channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(channel.position()).isEqualTo(703);
        channel.position(701);
        ByteBuffer back = ByteBuffer.allocate(2);
        channel.read(back);
        assertThat(back.array()).containsExactly(2, 3);
        channel.position(SIZE + 5L);
        assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(channel.truncate(SIZE).position()).isEqualTo(SIZE);
    }

    @Test
    void forceFlushes() throws IOException {
        open(512);
        channel.force(true);
        assertThat(connection.driver().flushes).isEqualTo(1);
    }

    @Test
    void aClosedChannelSaysSo() throws Exception {
        open(512);
        channel.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.size()).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        channel = new DiskChannel(disk);
        stopDrivers();
        disk.close();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(512), 0)).isInstanceOf(ClosedChannelException.class);
    }
}
