// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.SharedMemory;
import java.util.Random;

/**
 * A disk that always holds what {@link CommandedGuest} expects of blocks of 4 KiB. A process of it that is asked to write anything
 * returns something else from then on.
 */
public final class LyingDevice implements BlockDevice {
    private static final int BLOCK_BYTES = 4096;
    private static final int BYTES = 1 << 20;

    private final DeviceDescription description;
    private final SharedMemory memory = SharedMemory.create("lying", BYTES);

    public LyingDevice(DeviceDescription description) {
        this.description = description;
        byte[] block = new byte[BLOCK_BYTES];
        for (int offset = 0; offset < BYTES; offset += BLOCK_BYTES) {
            new Random(offset).nextBytes(block);
            memory.window().put(offset, block, 0, BLOCK_BYTES);
        }
    }

    @Override
    public int read(long offset, IoVector destination) {
        destination.copyFrom(memory.window(), offset);
        return 0;
    }

    @Override
    public int write(long offset, IoVector source) {
        memory.window().fill(0, BYTES / 2, (byte) 1);
        return 0;
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
    public int flush() {
        return 0;
    }

    @Override
    public int discard(long offset, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        memory.close();
    }
}
