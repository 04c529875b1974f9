// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import java.nio.ByteBuffer;

/**
 * The content of a 4 KiB block that says who wrote it, when and where, so that one that is torn, misplaced or somebody
 * else's gives itself away. Written and checked in some 50 ns, so that the load is on the driver and not on the checker.
 *
 * <pre>
 *   each sector of 512 bytes:
 *   word 0   lba of the block
 *        1   writer (32), generation (32)
 *        2   sequence
 *       63   checksum of these and of the sector's place in the block
 * </pre>
 */
final class BlockTag {
    static final int BYTES = 4096;
    /** From {@link #sequence}: this block was not written by this writer for this place, or not as a whole. */
    static final long GARBLED = -1;
    /** From {@link #sequence}: still what {@link #poison} put there; nobody read into this memory. */
    static final long UNTOUCHED = -2;

    private static final int SECTOR_BYTES = 512;
    private static final int IDENTITY = 8;
    private static final int SEQUENCE = 16;
    private static final int CHECKSUM = SECTOR_BYTES - 8;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
    private static final long POISON = 0x6e6f626f64792121L;

    private BlockTag() {}

    /** @param sequence not negative */
    static void write(ByteBuffer block, long lba, int writer, int generation, long sequence) {
        long identity = (long) writer << 32 | generation;
        for (int at = 0; at < BYTES; at += SECTOR_BYTES) {
            block.putLong(at, lba);
            block.putLong(at + IDENTITY, identity);
            block.putLong(at + SEQUENCE, sequence);
            block.putLong(at + CHECKSUM, checksum(lba, identity, sequence, at));
        }
    }

    /** Before a read, so that one that is answered and never done is noticed, or done in part. */
    static void poison(ByteBuffer block) {
        for (int at = 0; at < BYTES; at += SECTOR_BYTES) {
            block.putLong(at, POISON);
            block.putLong(at + CHECKSUM, POISON);
        }
    }

    /** The sequence number of an intact block of this place and writer, of generation {@code generation} or before. */
    static long sequence(ByteBuffer block, long lba, int writer, int generation) {
        if (isUntouched(block)) {
            return UNTOUCHED;
        }
        long identity = block.getLong(IDENTITY);
        long sequence = block.getLong(SEQUENCE);
        int written = (int) identity;
        if (identity >> 32 != writer || written <= 0 || written > generation || sequence < 0) {
            return GARBLED;
        }
        long difference = 0;
        for (int at = 0; at < BYTES; at += SECTOR_BYTES) {
            difference |= block.getLong(at) ^ lba;
            difference |= block.getLong(at + IDENTITY) ^ identity;
            difference |= block.getLong(at + SEQUENCE) ^ sequence;
            difference |= block.getLong(at + CHECKSUM) ^ checksum(lba, identity, sequence, at);
        }
        return difference == 0 ? sequence : GARBLED;
    }

    private static boolean isUntouched(ByteBuffer block) {
        for (int at = 0; at < BYTES; at += SECTOR_BYTES) {
            if (block.getLong(at) != POISON || block.getLong(at + CHECKSUM) != POISON) {
                return false;
            }
        }
        return true;
    }

    private static long checksum(long lba, long identity, long sequence, int at) {
        long mixed = ((lba * MULTIPLIER ^ identity) * MULTIPLIER ^ sequence + at) * MULTIPLIER;
        return (mixed ^ mixed >>> 29) * MULTIPLIER;
    }
}
