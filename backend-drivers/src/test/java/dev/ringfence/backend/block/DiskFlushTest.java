// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.ControlRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the queues of a disk are told when several of them flush at once. */
class DiskFlushTest {
    private final SharedMemory memory = SharedMemory.create("test-control", ControlRegion.bytes(1, 32));
    private final ControlRegion control = new ControlRegion(memory.window(), 1, 32);
    private final AtomicInteger flushes = new AtomicInteger();
    private final CompletableFuture<Integer> firstResult = new CompletableFuture<>();
    private final DiskFlush flush = new DiskFlush(new SlowDevice());
    private final List<Thread> queues = new ArrayList<>();

    DiskFlushTest() {
        control.initialise();
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private CompletableFuture<Integer> flushInAQueue() {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        Thread queue = new Thread(() -> result.complete(flush.flush(control)));
        queues.add(queue);
        queue.start();
        return result;
    }

    /** Inside the device, or waiting for who is. */
    private void awaitAllUnderWay() {
        await().until(() ->
                queues.stream().skip(1).filter(DiskFlushTest::isWaiting).count() + flushes.get() == queues.size());
    }

    private static boolean isWaiting(Thread queue) {
        return queue.getState() == Thread.State.BLOCKED;
    }

    @Test
    void oneThatIsUnderWayWhileAnotherFailsFailsToo() {
        CompletableFuture<Integer> first = flushInAQueue();
        await().until(() -> flushes.get() == 1);
        CompletableFuture<Integer> second = flushInAQueue();
        awaitAllUnderWay();

        firstResult.complete(-Errno.EIO);

        assertThat(first.join()).isEqualTo(-Errno.EIO);
        assertThat(second.join()).isEqualTo(-Errno.EIO);
        assertThat(flush.flush(control)).isEqualTo(-Errno.EIO);
    }

    @Test
    void allThatWaitAreAnsweredByOne() {
        CompletableFuture<Integer> first = flushInAQueue();
        await().until(() -> flushes.get() == 1);
        List<CompletableFuture<Integer>> others = List.of(flushInAQueue(), flushInAQueue(), flushInAQueue());
        awaitAllUnderWay();

        firstResult.complete(0);

        assertThat(first.join()).isZero();
        others.forEach(other -> assertThat(other.join()).isZero());
        assertThat(flushes).hasValue(2);
    }

    @Test
    void oneThatComesLaterIsNotAnsweredByOneThatWasBefore() {
        firstResult.complete(0);
        assertThat(flush.flush(control)).isZero();
        assertThat(flush.flush(control)).isZero();
        assertThat(flushes).hasValue(2);
    }

    /** The first flush takes as long as the test wants; all others succeed at once. */
    private final class SlowDevice implements BlockDevice {
        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public int sectorBytes() {
            return 512;
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public int discardGranularityBytes() {
            return 0;
        }

        @Override
        public int read(long offset, IoVector destination) {
            return -Errno.EIO;
        }

        @Override
        public int write(long offset, IoVector source) {
            return -Errno.EIO;
        }

        @Override
        public int flush() {
            return flushes.incrementAndGet() == 1 ? firstResult.join() : 0;
        }

        @Override
        public int discard(long offset, long length) {
            return -Errno.EIO;
        }

        @Override
        public void close() {
            // has nothing open
        }
    }
}
