// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

/**
 * What a disk can do, as far as a request depends on it.
 *
 * @param sectors capacity in units of 512 bytes
 * @param sectorBytes smallest unit of a read or write: a power of two, 512 to 4096
 * @param discardGranularityBytes advertised as a hint; a device rounds a discard inwards to it; 0 without {@code discard}
 * @param maxIndirectSegments advertised; 0 when indirect requests are not supported
 */
public record BlockGeometry(
        long sectors,
        int sectorBytes,
        boolean readOnly,
        boolean flush,
        boolean discard,
        int discardGranularityBytes,
        int maxIndirectSegments) {

    public BlockGeometry {
        if (Integer.bitCount(sectorBytes) != 1 || sectorBytes < 512 || sectorBytes > 4096) {
            throw new IllegalArgumentException("must be 512, 1024, 2048 or 4096: sectorBytes=" + sectorBytes);
        }
        if (sectors < 0 || sectors > Long.MAX_VALUE / 512 || sectors % (sectorBytes / 512) != 0) {
            throw new IllegalArgumentException(
                    "not a capacity in whole sectors: sectors=" + sectors + " sectorBytes=" + sectorBytes);
        }
        if (maxIndirectSegments < 0 || maxIndirectSegments > BlkifLayout.MAX_INDIRECT_SEGMENTS) {
            throw new IllegalArgumentException("maxIndirectSegments=" + maxIndirectSegments);
        }
        if (discard ? discardGranularityBytes < sectorBytes : discardGranularityBytes != 0) {
            throw new IllegalArgumentException(
                    "discard=" + discard + " discardGranularityBytes=" + discardGranularityBytes);
        }
    }

    public long bytes() {
        return sectors * BlkifLayout.SECTOR_BYTES;
    }
}
