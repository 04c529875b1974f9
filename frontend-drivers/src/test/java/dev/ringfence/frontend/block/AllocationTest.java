// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** That a request costs no garbage, on either side of the ring. */
class AllocationTest implements BlockCompletion {
    private static final int WARM_UP = 20_000;
    private static final int REQUESTS = 100_000;

    private int answered;

    @Override
    public void completed(long context, int status) {
        answered++;
    }

    @Test
    void aRequestAllocatesNothing() {
        try (Connection connection = new Connection()) {
            assertAllocatesNothing(connection);
        }
    }

    @Test
    void norDoTagsAllocate() {
        DiskInfo disk = Connection.disk();
        SectorTags tags = new SectorTags(disk.bytes() / disk.sectorBytes(), disk.sectorBytes(), false);
        TagCheck check = new TagCheck("test", tags, disk, BufferPool.MAX_BYTES, (sector, heard) -> {});
        try (tags;
                Connection connection = new Connection(1, 1, 1024, 0, disk, queue -> Optional.of(check))) {
            assertAllocatesNothing(connection);
        }
    }

    private void assertAllocatesNothing(Connection connection) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "needs a JVM that counts allocated bytes");
        run(connection, WARM_UP);
        // The compilers are done at some time, and from then on nothing is allocated; a busy machine takes longer.
        await().until(() -> {
            long before = threads.getCurrentThreadAllocatedBytes();
            run(connection, REQUESTS);
            return (threads.getCurrentThreadAllocatedBytes() - before) / REQUESTS == 0;
        });
        assertThat(answered).isGreaterThanOrEqualTo(WARM_UP + REQUESTS);
    }

    private void run(Connection connection, int requests) {
        XenBlockQueue queue = connection.queue();
        ScriptedDriver driver = connection.driver();
        for (int i = 0; i < requests; i++) {
            int length = 4096 << i % 6;
            GuestBuffer buffer = queue.allocate(length);
            buffer.bytes().putLong(0, i);
            boolean accepted =
                    switch (i % 4) {
                        case 0 -> queue.read(0, buffer, length, this, i);
                        case 1 -> queue.write(0, buffer, length, this, i);
                        case 2 -> queue.flush(this, i);
                        default -> queue.discard(0, 4096, this, i);
                    };
            assertAccepted(accepted);
            queue.publish();
            while (driver.hasRequests()) {
                driver.take();
                driver.answer(driver.request.id(), driver.request.transfer(), 0);
            }
            driver.ring.armAndRecheck();
            queue.poll();
            queue.arm();
            queue.release(buffer);
        }
    }

    private static void assertAccepted(boolean accepted) {
        if (!accepted) {
            throw new AssertionError("queue is full");
        }
    }
}
