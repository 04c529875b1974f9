// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.SharedMemory;

/**
 * A disk with a bad spot at {@link #BAD_OFFSET}, and a cache that loses what is written at {@link #LOSING_OFFSET}: the next
 * flush says so, once.
 */
public final class FaultyDevice implements BlockDevice {
    static final long BAD_OFFSET = 64 * 1024;
    static final long LOSING_OFFSET = 128 * 1024;

    private static final int BYTES = 1 << 20;

    private final DeviceDescription description;
    private final SharedMemory memory = SharedMemory.create("faulty", BYTES);
    private volatile boolean lost;

    public FaultyDevice(DeviceDescription description) {
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
        return description.readOnly();
    }

    @Override
    public int discardGranularityBytes() {
        return 0;
    }

    @Override
    public int read(long offset, IoVector destination) {
        if (isBad(offset, destination)) {
            return -Errno.EIO;
        }
        destination.copyFrom(memory.window(), offset);
        return 0;
    }

    @Override
    public int write(long offset, IoVector source) {
        if (isBad(offset, source)) {
            return -Errno.EIO;
        }
        lost |= offset == LOSING_OFFSET;
        source.copyTo(memory.window(), offset);
        return 0;
    }

    private static boolean isBad(long offset, IoVector memory) {
        return offset <= BAD_OFFSET && BAD_OFFSET < offset + memory.length();
    }

    @Override
    public int flush() {
        boolean failed = lost;
        lost = false;
        return failed ? -Errno.EIO : 0;
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
