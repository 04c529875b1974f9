// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The content of a sector of 512 bytes that names its writer: torn, misplaced and foreign sectors give themselves away.
 *
 * <pre>
 *   word 0        1 .. 63
 *   value         derived from value, sector number and place, so that no two sectors look alike
 * </pre>
 */
public final class SectorTag {
    public static final int BYTES = 512;
    /** What a discarded sector reads as. */
    public static final long ZEROES = 0;
    /** From {@link #read}: neither a tag of this sector nor zeroes. */
    public static final long GARBLED = Long.MIN_VALUE;

    private static final int WORDS = BYTES / Long.BYTES;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private SectorTag() {}

    /** Fills one sector at {@code at}; any value but {@link #ZEROES} and {@link #GARBLED}. */
    public static void write(ByteBuffer memory, int at, long sector, long value) {
        ByteBuffer words = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        words.putLong(at, value);
        for (int word = 1; word < WORDS; word++) {
            words.putLong(at + word * Long.BYTES, derived(value, sector, word));
        }
    }

    /** The value one sector at {@code at} was written with. */
    public static long read(ByteBuffer memory, int at, long sector) {
        ByteBuffer words = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long value = words.getLong(at);
        for (int word = 1; word < WORDS; word++) {
            long expected = value == ZEROES ? 0 : derived(value, sector, word);
            if (words.getLong(at + word * Long.BYTES) != expected) {
                return GARBLED;
            }
        }
        return value;
    }

    private static long derived(long value, long sector, int word) {
        long mixed = (value * MULTIPLIER ^ sector) * MULTIPLIER + word;
        return (mixed ^ mixed >>> 31) * MULTIPLIER | 1;
    }
}
