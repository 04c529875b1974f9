// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

/**
 * Geometry and features a guest sees of its disk.
 *
 * @param bytes capacity
 * @param sectorBytes smallest unit of a read or write, 512 to 4096
 * @param flush the device has a volatile cache and honours {@link BlockQueue#flush}
 * @param discardGranularityBytes 0 when {@code discard} is false
 * @param maxTransferBytes the longest single read or write: 44 KiB, or up to 1 MiB with indirect requests
 */
public record DiskInfo(
        long bytes,
        int sectorBytes,
        boolean readOnly,
        boolean flush,
        boolean discard,
        int discardGranularityBytes,
        int maxTransferBytes) {}
