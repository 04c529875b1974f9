// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.Processes;

/**
 * A disk of zeroes whose driver dies of whatever touches one of its bytes; of every byte, with the option {@code deadly} set
 * to {@code all}.
 */
public final class PoisonDevice implements BlockDevice {
    static final long POISON_OFFSET = 64 * 1024;

    private static final int BYTES = 1 << 20;

    private final DeviceDescription description;
    private final boolean deadly;

    public PoisonDevice(DeviceDescription description) {
        this.description = description;
        this.deadly = description.options().getOrDefault("deadly", "").equals("all");
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
        return touch(offset, destination);
    }

    @Override
    public int write(long offset, IoVector source) {
        return touch(offset, source);
    }

    private int touch(long offset, IoVector memory) {
        if (deadly || offset <= POISON_OFFSET && POISON_OFFSET < offset + memory.length()) {
            Processes.killSelf();
        }
        return 0;
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
        // nothing is open
    }
}
