// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.ring.RingLayout;

/**
 * Xen's block protocol in its {@code x86_64-abi} layout ({@code blkif.h}): little-endian, 8-byte integers aligned.
 *
 * <pre>
 *   byte        0         1             2             4         8    16              24
 *   request     operation nr_segments   handle:2      -         id:8 sector_number:8 segment[11]      112 bytes
 *   discard     operation flag          handle:2      -         id:8 sector_number:8 nr_sectors:8
 *   indirect    6         indirect_op   nr_segments:2 -         id:8 sector_number:8 handle:2 - grefs[8] at 28
 *   segment     gref:4 first_sect last_sect - -                                                         8 bytes
 *   response    id:8 operation:1 - status:2 -                                                          16 bytes
 * </pre>
 *
 * <p>Sectors are 512 bytes here, whatever the disk's {@code sector-size} says. A direct request carries its segments; an
 * indirect one names pages that are arrays of segments.
 */
public final class BlkifLayout {
    public static final int READ = 0;
    public static final int WRITE = 1;
    public static final int WRITE_BARRIER = 2;
    public static final int FLUSH_DISKCACHE = 3;
    public static final int DISCARD = 5;
    public static final int INDIRECT = 6;

    public static final int OKAY = 0;
    public static final int ERROR = -1;
    public static final int EOPNOTSUPP = -2;

    public static final int SECTOR_BYTES = 512;
    public static final int SECTORS_PER_PAGE = 8;

    public static final int MAX_DIRECT_SEGMENTS = 11;
    /** What our back-end advertises: 1 MiB. Xen allows 4096. */
    public static final int MAX_INDIRECT_SEGMENTS = 256;

    public static final int MAX_INDIRECT_PAGES = 8;
    public static final int SEGMENTS_PER_INDIRECT_PAGE = 512;

    public static final int REQUEST_BYTES = 112;
    public static final int RESPONSE_BYTES = 16;
    public static final int SEGMENT_BYTES = 8;

    static final int OPERATION = 0;
    static final int NR_SEGMENTS = 1;
    static final int HANDLE = 2;
    static final int ID = 8;
    static final int SECTOR_NUMBER = 16;
    static final int SEGMENTS = 24;

    static final int DISCARD_FLAG = 1;
    static final int DISCARD_NR_SECTORS = 24;

    static final int INDIRECT_OPERATION = 1;
    static final int INDIRECT_NR_SEGMENTS = 2;
    static final int INDIRECT_HANDLE = 24;
    static final int INDIRECT_GREFS = 28;

    static final int RESPONSE_ID = 0;
    static final int RESPONSE_OPERATION = 8;
    static final int RESPONSE_STATUS = 10;

    private BlkifLayout() {}

    /** Requests a ring of so many bytes holds: 32 in one page, 512 in 16. */
    public static int slotCount(long ringBytes) {
        return RingLayout.slotCount(ringBytes, REQUEST_BYTES);
    }

    /** How many indirect pages describe so many segments. */
    public static int indirectPages(int segments) {
        return (segments + SEGMENTS_PER_INDIRECT_PAGE - 1) / SEGMENTS_PER_INDIRECT_PAGE;
    }
}
