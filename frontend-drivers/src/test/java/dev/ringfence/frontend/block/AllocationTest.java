// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** That a request costs no garbage, on either side of the ring. */
class AllocationTest implements BlockCompletion {
    private static final int REQUESTS = 100_000;
    /** Code that isn't compiled yet allocates where compiled code does not; on a busy host that takes a while. */
    private static final int ROUNDS = 50;

    private int answered;

    @Override
    public void completed(long context, int status) {
        answered++;
    }

    @Test
    void aRequestAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "needs a JVM that counts allocated bytes");
        try (Connection connection = new Connection()) {
            long allocated = Long.MAX_VALUE;
            for (int round = 1; round <= ROUNDS && allocated >= REQUESTS; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                run(connection, REQUESTS);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
                assertThat(answered).isEqualTo(round * REQUESTS);
            }
            // A few kilobytes may come from the JVM itself; a single object a request would be megabytes.
            assertThat(allocated / REQUESTS).isZero();
        }
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
