// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import dev.ringfence.frontend.block.BlockCompletion;
import dev.ringfence.frontend.block.BlockQueue;
import dev.ringfence.frontend.block.GuestBuffer;
import java.nio.ByteOrder;

/** A load on an {@link AllocationProbe}, whose allocated bytes are those of the driver's worker. */
final class ProbeLoad implements BlockCompletion {
    private static final int READ_BYTES = 4096;

    private final BlockQueue queue;
    private final RingLoad load;
    private int status;
    private boolean answered;

    ProbeLoad(BlockQueue queue) {
        this.queue = queue;
        this.load = new RingLoad(queue);
    }

    Figures run(Order order) {
        long before = workerAllocatedBytes();
        Figures figures = load.run(order);
        long allocated = workerAllocatedBytes() - before;
        return new Figures(
                figures.operations(),
                figures.elapsedNanos(),
                figures.meanNanos(),
                figures.p50Nanos(),
                figures.p99Nanos(),
                figures.maxNanos(),
                allocated);
    }

    private long workerAllocatedBytes() {
        GuestBuffer buffer = queue.allocate(READ_BYTES);
        answered = false;
        queue.read(0, buffer, READ_BYTES, this, 0);
        queue.publish();
        while (!answered) {
            queue.poll();
        }
        long bytes = buffer.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        queue.release(buffer);
        if (status != OKAY) {
            throw new IllegalStateException("the probe did not answer: status=" + status);
        }
        return bytes;
    }

    @Override
    public void completed(long context, int status) {
        this.status = status;
        answered = true;
    }
}
