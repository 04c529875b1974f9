// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.protocol.BlkifLayout;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That serving a request costs the driver no garbage. */
class AllocationTest {
    private static final long DISK_BYTES = 1 << 20;
    private static final int REQUESTS = 100_000;
    /** Code that isn't compiled yet allocates where compiled code does not; on a busy host that takes a while. */
    private static final int ROUNDS = 50;

    private static final int BATCH = 8;

    @ParameterizedTest
    @ValueSource(strings = {DeviceDescription.IMAGE, DeviceDescription.MEMORY})
    void aRequestAllocatesNothing(String kind) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "needs a JVM that counts allocated bytes");
        SharedMemory disk = SharedMemory.create("test-disk", DISK_BYTES);
        DeviceDescription description = new DeviceDescription("vol0", kind, DISK_BYTES, 512, false, 1, Map.of());
        try (BlockDevice device = BlockDevices.open(description, Optional.of(disk.descriptor()));
                ServedQueue queue = new ServedQueue(device)) {
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && allocated >= REQUESTS; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                serve(queue, REQUESTS);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            // A few kilobytes may come from the JVM itself; a single object a request would be megabytes.
            assertThat(allocated / REQUESTS).isZero();
        }
    }

    private static void serve(ServedQueue queue, int requests) {
        for (int done = 0; done < requests; ) {
            for (int i = 0; i < BATCH; i++) {
                switch (i % 4) {
                    case 0 -> queue.transfer(BlkifLayout.READ, 8L * i, i, 1, i);
                    case 1 -> queue.transfer(BlkifLayout.WRITE, 8L * i, i, 1, i);
                    case 2 -> queue.transfer(BlkifLayout.READ, 0, 0, 32, i);
                    default -> queue.flush(i);
                }
            }
            queue.ring.publishRequests();
            while (queue.service.serve() > 0) {
                queue.service.hasWork();
            }
            queue.service.armAndRecheck();
            while (queue.take()) {
                if (queue.response.status() != BlkifLayout.OKAY) {
                    throw new AssertionError("status=" + queue.response.status());
                }
                done++;
            }
        }
    }
}
