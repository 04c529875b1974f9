// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;

/** A disk in memory that the hypervisor owns, so that it survives the driver; for measuring, and for scratch space. */
final class MemoryDevice implements BlockDevice {
    private final DeviceDescription description;
    private final SharedMemory memory;
    private final Window window;

    MemoryDevice(DeviceDescription description, Descriptor file) {
        this.description = description;
        this.memory = SharedMemory.open(file);
        this.window = memory.window();
    }

    @Override
    public long bytes() {
        return description.bytes();
    }

    @Override
    public int sectorBytes() {
        return description.sectorBytes();
    }

    @Override
    public boolean readOnly() {
        return description.readOnly();
    }

    @Override
    public int discardGranularityBytes() {
        return 4096;
    }

    @Override
    public int read(long offset, IoVector destination) {
        destination.copyFrom(window, offset);
        return 0;
    }

    @Override
    public int write(long offset, IoVector source) {
        source.copyTo(window, offset);
        return 0;
    }

    @Override
    public int flush() {
        return 0;
    }

    @Override
    public int discard(long offset, long length) {
        window.fill(offset, length, (byte) 0);
        return 0;
    }

    @Override
    public void close() {
        memory.close();
    }
}
