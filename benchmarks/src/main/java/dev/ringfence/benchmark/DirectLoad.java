// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.backend.block.BlockDevices;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * The floor: the driver's own engine called in a loop, with no ring, no guest and no journal around it. The depth only says
 * over how many buffers it goes, so that its memory is as warm as the ring's.
 */
final class DirectLoad implements AutoCloseable {
    private static final int BUFFER_BYTES_MAX = 64 * 128 << 10;
    /** At depth 1 each call is timed; deeper, only some are, so that reading the clock does not slow the floor. */
    private static final int TIMED_EVERY = 16;

    private final BlockDevice device;
    private final Window memory =
            SharedMemory.create("ringfence-bench-buffers", BUFFER_BYTES_MAX).window();
    private final IoVector vector = new IoVector(1);
    private final Histogram latencies = Figures.histogram();

    private DirectLoad(BlockDevice device) {
        this.device = device;
    }

    static DirectLoad onImage(Path image, long bytes) {
        return open(DeviceDescription.IMAGE, bytes, Descriptor.open(image.toString(), true));
    }

    static DirectLoad onMemory(long bytes) {
        return open(
                DeviceDescription.MEMORY,
                bytes,
                SharedMemory.create("ringfence-bench-direct", bytes).descriptor());
    }

    private static DirectLoad open(String kind, long bytes, Descriptor file) {
        DeviceDescription description = new DeviceDescription("direct", kind, bytes, 512, false, 1, Map.of());
        return new DirectLoad(BlockDevices.open(description, Optional.of(file)));
    }

    /** @throws IllegalStateException when the device failed a request */
    Figures run(Order order) {
        Workload workload = order.workload();
        Offsets offsets = new Offsets(workload, device.bytes(), order.seed());
        latencies.reset();
        int batch = workload.depth() == 1 ? 1 : TIMED_EVERY;
        long allocated = AllocatedBytes.now();
        long operations = 0;
        int slot = 0;
        long start = System.nanoTime();
        long now = start;
        while (now - start < order.nanos()) {
            for (int i = 1; i < batch; i++) {
                slot = call(workload, offsets, slot);
            }
            long before = batch == 1 ? now : System.nanoTime();
            slot = call(workload, offsets, slot);
            now = System.nanoTime();
            latencies.recordValue(now - before);
            operations += batch;
        }
        return Figures.of(operations, now - start, latencies, AllocatedBytes.now() - allocated);
    }

    /** One block of the single read workload. */
    void read(long offset) {
        transfer(Workload.SINGLE_READ, offset, 0);
    }

    private int call(Workload workload, Offsets offsets, int slot) {
        transfer(workload, offsets.next(), slot);
        return slot + 1 == workload.depth() ? 0 : slot + 1;
    }

    private void transfer(Workload workload, long offset, int slot) {
        vector.clear();
        vector.add(memory, (long) slot * workload.blockBytes(), workload.blockBytes());
        int result = workload.write() ? device.write(offset, vector) : device.read(offset, vector);
        if (result != 0) {
            throw new IllegalStateException("the device failed: result=" + result + " offset=" + offset);
        }
    }

    @Override
    public void close() {
        device.close();
    }
}
