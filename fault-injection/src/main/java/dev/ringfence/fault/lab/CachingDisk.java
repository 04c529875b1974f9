// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.fault.SectorTag;
import dev.ringfence.memory.IoVector;
import java.util.BitSet;

/**
 * What a device's author must not do: an image behind a cache in the driver's own memory, which a flush writes down. With the driver
 * dies what it had answered. One queue.
 */
public final class CachingDisk implements BlockDevice {
    private final BlockDevice disk;
    private final Bounce cache;
    private final Bounce passing;
    private final BitSet cached = new BitSet();

    public CachingDisk(DeviceDescription description) {
        disk = ImageDevice.open(description);
        cache = new Bounce((int) disk.bytes());
        passing = new Bounce((int) disk.bytes());
    }

    private static int sector(long offset) {
        return (int) (offset / SectorTag.BYTES);
    }

    @Override
    public int read(long offset, IoVector memory) {
        long length = memory.length();
        int result = disk.read(offset, passing.vector(length));
        cached.stream()
                .filter(sector -> sector >= sector(offset) && sector < sector(offset + length))
                .mapToLong(sector -> (long) sector * SectorTag.BYTES)
                .forEach(at -> cache.window().copyTo(at, passing.window(), at - offset, SectorTag.BYTES));
        passing.copyTo(memory);
        return result;
    }

    @Override
    public int write(long offset, IoVector memory) {
        long length = memory.length();
        memory.copyTo(cache.window(), offset);
        cached.set(sector(offset), sector(offset + length));
        return 0;
    }

    @Override
    public int flush() {
        for (int sector = cached.nextSetBit(0); sector >= 0; sector = cached.nextSetBit(sector + 1)) {
            long at = (long) sector * SectorTag.BYTES;
            int result = disk.write(at, cache.vector(at, SectorTag.BYTES));
            if (result != 0) {
                return result;
            }
        }
        cached.clear();
        return disk.flush();
    }

    @Override
    public int discard(long offset, long length) {
        cached.clear(sector(offset), sector(offset + length));
        return disk.discard(offset, length);
    }

    @Override
    public long bytes() {
        return disk.bytes();
    }

    @Override
    public int sectorBytes() {
        return disk.sectorBytes();
    }

    @Override
    public boolean readOnly() {
        return disk.readOnly();
    }

    @Override
    public int discardGranularityBytes() {
        return disk.discardGranularityBytes();
    }

    @Override
    public void close() {
        disk.close();
    }
}
