// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.SharedMemory;

/**
 * A disk that allocates with every request, and keeps half its heap alive in many small pieces, so that its process collects
 * garbage most of the time, young and old.
 */
public final class GarbageDevice implements BlockDevice {
    private static final int BYTES = 8 << 20;
    private static final int PIECE_BYTES = 1_024;
    private static final int PIECES_A_REQUEST = 64;

    private final DeviceDescription description;
    private final SharedMemory memory = SharedMemory.create("garbage", BYTES);
    private final byte[][] alive =
            new byte[(int) (Runtime.getRuntime().maxMemory() / 2 / PIECE_BYTES)][PIECE_BYTES / 2];
    private int next;

    public GarbageDevice(DeviceDescription description) {
        this.description = description;
    }

    /** Old pieces are replaced by new ones, so that the old generation fills up with dead ones. */
    private synchronized void litter() {
        for (int i = 0; i < PIECES_A_REQUEST; i++) {
            alive[next] = new byte[PIECE_BYTES];
            next = (next + 1) % alive.length;
        }
    }

    @Override
    public int read(long offset, IoVector destination) {
        litter();
        destination.copyFrom(memory.window(), offset);
        return 0;
    }

    @Override
    public int write(long offset, IoVector source) {
        litter();
        source.copyTo(memory.window(), offset);
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
