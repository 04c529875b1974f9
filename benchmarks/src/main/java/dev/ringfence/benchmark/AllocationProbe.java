// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/**
 * A device that reads as a count: what the driver's worker has allocated on Java's heap so far, first 8 bytes of every
 * read, little-endian. So a guest can see from outside whether serving it costs the driver garbage.
 */
public final class AllocationProbe implements BlockDevice {
    static final int BYTES = 1 << 20;

    private final DeviceDescription description;
    private final SharedMemory memory = SharedMemory.create("ringfence-bench-probe", BYTES);
    private final Window window = memory.window();

    public AllocationProbe(DeviceDescription description) {
        this.description = description;
    }

    @Override
    public long bytes() {
        return BYTES;
    }

    @Override
    public int sectorBytes() {
        return description.sectorBytes();
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public int discardGranularityBytes() {
        return 0;
    }

    @Override
    public int read(long offset, IoVector destination) {
        window.putLong(0, AllocatedBytes.now());
        destination.copyFrom(window, 0);
        return 0;
    }

    @Override
    public int write(long offset, IoVector source) {
        return -Errno.EPERM;
    }

    @Override
    public int flush() {
        return 0;
    }

    @Override
    public int discard(long offset, long length) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    public void close() {
        memory.close();
    }
}
