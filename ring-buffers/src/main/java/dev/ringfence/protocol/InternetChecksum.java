// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/** The checksum of IP, TCP and UDP (RFC 1071): the complement of the one's complement sum of big-endian 16-bit words. */
public final class InternetChecksum {
    private static final int EVEN = ~1;

    private InternetChecksum() {}

    /**
     * Adds bytes to a sum; an odd last one counts as if a zero followed.
     *
     * @param sum of what comes before, an even number of bytes; 0: nothing does
     */
    public static long add(Window source, long at, int bytes, long sum) {
        long total = sum;
        int words = bytes & EVEN;
        for (int i = 0; i < words; i += 2) {
            total += (source.getByte(at + i) & 0xff) << 8 | (source.getByte(at + i + 1) & 0xff);
        }
        return words == bytes ? total : total + ((source.getByte(at + words) & 0xff) << 8);
    }

    /** The checksum of what was added, as it stands in a header. */
    public static int of(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) ~folded & 0xffff;
    }
}
