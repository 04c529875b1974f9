// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import java.nio.file.Path;

/**
 * A user's device with a volatile cache of its own, as disks have: what is written is in the cache, from where a flush brings it to
 * the medium. Both are files, so that they outlive the driver; a power cut leaves the medium, and of the cache whatever the disk had
 * brought over by itself. One queue.
 */
public final class VolatileDisk implements BlockDevice {
    /** An option: flushes succeed and bring nothing over. */
    static final String FLUSH_DOES_NOTHING = "flush-does-nothing";

    /** A flush takes the cache over in pieces, so that it can be found half done. */
    private static final int PIECE_BYTES = 8192;

    private final BlockDevice cache;
    private final Descriptor medium;
    private final Bounce bounce = new Bounce(PIECE_BYTES);
    private final boolean flushDoesNothing;

    public VolatileDisk(DeviceDescription description) {
        String image = description.options().get(LabDisk.IMAGE);
        cache = ImageDevice.open(description);
        medium = Descriptor.open(medium(Path.of(image)).toString(), true);
        flushDoesNothing = description.options().containsKey(FLUSH_DOES_NOTHING);
    }

    /** Where the sectors are that survive a power cut. */
    static Path medium(Path image) {
        return image.resolveSibling(image.getFileName() + ".medium");
    }

    @Override
    public int read(long offset, IoVector memory) {
        return cache.read(offset, memory);
    }

    @Override
    public int write(long offset, IoVector memory) {
        return cache.write(offset, memory);
    }

    @Override
    public int flush() {
        int result = cache.flush();
        for (long at = 0; at < bytes() && result == 0 && !flushDoesNothing; at += PIECE_BYTES) {
            result = takeOver(at, Math.min(bytes() - at, PIECE_BYTES));
        }
        return result;
    }

    private int takeOver(long offset, long length) {
        int result = cache.read(offset, bounce.vector(length));
        if (result != 0) {
            return result;
        }
        return bounce.vector(length).write(medium, offset) == length ? 0 : -Errno.EIO;
    }

    @Override
    public int discard(long offset, long length) {
        return cache.discard(offset, length);
    }

    @Override
    public long bytes() {
        return cache.bytes();
    }

    @Override
    public int sectorBytes() {
        return cache.sectorBytes();
    }

    @Override
    public boolean readOnly() {
        return cache.readOnly();
    }

    @Override
    public int discardGranularityBytes() {
        return cache.discardGranularityBytes();
    }

    @Override
    public void close() {
        cache.close();
        medium.close();
    }
}
