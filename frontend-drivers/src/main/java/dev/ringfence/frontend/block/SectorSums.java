// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The CRC32C of each sector of some data; one thread, allocates nothing after it was made. */
public final class SectorSums {
    private final int sectorBytes;
    private final CRC32C crc = new CRC32C();
    private final int[] sums;

    /**
     * @param sectorBytes of a sector
     * @param mostSectors that are ever summed at a time
     */
    public SectorSums(int sectorBytes, int mostSectors) {
        this.sectorBytes = sectorBytes;
        this.sums = new int[mostSectors];
    }

    /**
     * The sums of whole sectors.
     *
     * @param data nobody else's view, since position and limit are moved
     * @param offset of the first sector in it, in bytes
     * @return this object's own array, the same each time
     */
    public int[] of(ByteBuffer data, int offset, int sectors) {
        for (int i = 0; i < sectors; i++) {
            int begin = offset + i * sectorBytes;
            data.limit(begin + sectorBytes).position(begin);
            crc.reset();
            crc.update(data);
            sums[i] = (int) crc.getValue();
        }
        return sums;
    }
}
