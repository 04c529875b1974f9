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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AsyncDiskTest {
    private static final int THREADS = 4;

    private Connection connection;
    private AsyncDisk disk;
    private RunningDriver[] drivers = {};

    private void open(int queues, int poolPages, DiskInfo info) {
        connection = new Connection(queues, 1, poolPages, -5, info);
        disk = new AsyncDisk(connection);
    }

    private void startDrivers() {
        drivers = RunningDriver.start(connection);
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

    @Test
    void requestsOfAnyLengthAreSplitAndSpreadOverManyMoreThanTheRingHolds() throws Exception {
        open(1, 300, Connection.disk());
        startDrivers();
        byte[] content = new byte[5 << 20];
        new Random(1).nextBytes(content);
        ByteBuffer source = ByteBuffer.wrap(content);
        disk.write(4096, source).get();
        assertThat(source.position()).isZero();

        List<CompletableFuture<Void>> reads = new ArrayList<>();
        ByteBuffer back = ByteBuffer.allocateDirect(content.length);
        for (int at = 0; at < content.length; at += 8192) {
            reads.add(disk.read(4096L + at, back.slice(at, 8192)));
        }
        CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).get();
        assertThat(back.mismatch(source)).isEqualTo(-1);
        disk.flush().get();
        assertThat(connection.driver().flushes).isEqualTo(1);
        disk.discard(4096, 8192).get();
        assertThat(connection.driver().disk.get(4096)).isZero();
        disk.discard(0, 0).get();
        disk.read(0, ByteBuffer.allocate(0)).get();
    }

    @Test
    void manyThreadsOnSeveralQueuesSeeTheirOwnWrites() throws Exception {
        open(2, 64, Connection.disk());
        startDrivers();
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> results = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            Random random = new Random(seed + t);
            long base = (long) t * (1 << 20);
            results.add(threads.submit(() -> useOwnMegabyte(random, base)));
        }
        for (Future<?> result : results) {
            result.get();
        }
        threads.shutdown();
    }

    private Void useOwnMegabyte(Random random, long base) throws Exception {
        byte[] model = new byte[1 << 20];
        for (int i = 0; i < 400; i++) {
            int length = 512 * (1 + random.nextInt(300));
            int at = 512 * random.nextInt((model.length - length) / 512);
            byte[] bytes = new byte[length];
            if (random.nextBoolean()) {
                random.nextBytes(bytes);
                disk.write(base + at, ByteBuffer.wrap(bytes)).get();
                System.arraycopy(bytes, 0, model, at, length);
            } else {
                disk.read(base + at, ByteBuffer.wrap(bytes)).get();
                assertThat(Arrays.mismatch(bytes, 0, length, model, at, at + length))
                        .isEqualTo(-1);
            }
        }
        return null;
    }

    @Test
    void aFailedRequestFailsItsFuture() {
        open(1, 64, new DiskInfo(Connection.DISK_BYTES, 512, true, false, false, 0, 44 << 10));
        startDrivers();
        assertThatThrownBy(() -> disk.write(0, ByteBuffer.allocate(512)).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("WRITE of 512 bytes at 0: I/O error");
        assertThatThrownBy(() -> disk.flush().get()).hasMessageContaining("not supported");
        assertThatIllegalArgumentException().isThrownBy(() -> disk.read(0, ByteBuffer.allocate(100)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> disk.read(Connection.DISK_BYTES, ByteBuffer.allocate(512)));
    }

    @Test
    void aDriverThatBreaksTheProtocolFailsEverythingAtOnceAndFromThenOn() {
        open(1, 64, Connection.disk());
        List<CompletableFuture<Void>> reads = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            reads.add(disk.read(0, ByteBuffer.allocate(4096)));
        }
        connection.driver().take();
        connection.driver().answer(-1, 0, 0);
        connection.frontBells.get(0).ring();
        for (CompletableFuture<Void> read : reads) {
            assertThatThrownBy(read::get).hasMessageContaining("I/O error");
        }
        assertThatThrownBy(() -> disk.flush().get()).hasMessageContaining("I/O error");
    }

    @Test
    void closingFailsWhatIsOutstanding() {
        open(1, 64, Connection.disk());
        List<CompletableFuture<Void>> reads = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            reads.add(disk.read(0, ByteBuffer.allocate(4096)));
        }
        disk.close();
        for (CompletableFuture<Void> read : reads) {
            assertThatThrownBy(read::get).hasCauseInstanceOf(ClosedChannelException.class);
        }
        assertThatThrownBy(() -> disk.flush().get()).hasCauseInstanceOf(ClosedChannelException.class);
    }
}
