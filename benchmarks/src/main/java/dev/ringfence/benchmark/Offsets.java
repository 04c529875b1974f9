// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

/** Where a workload's requests go: the same series of offsets for the same seed, whoever carries them out. */
final class Offsets {
    private static final long MULTIPLIER = 0x2545F4914F6CDD1DL;

    private final boolean random;
    private final int blockBytes;
    private final long blocks;
    private long state;

    Offsets(Workload workload, long bytes, long seed) {
        this.random = workload.random();
        this.blockBytes = workload.blockBytes();
        this.blocks = bytes / blockBytes;
        if (blocks < 1 || blocks > 1L << 31) {
            throw new IllegalArgumentException("bytes=" + bytes + " blockBytes=" + blockBytes);
        }
        this.state = random ? seed | 1 : 0;
    }

    /** A multiple of the block size; the block lies within the disk. */
    long next() {
        if (!random) {
            long block = state;
            state = block + 1 == blocks ? 0 : block + 1;
            return block * blockBytes;
        }
        // xorshift64*: cheap enough not to count beside a read of one page
        state ^= state >>> 12;
        state ^= state << 25;
        state ^= state >>> 27;
        return ((state * MULTIPLIER >>> 32) * blocks >>> 32) * blockBytes;
    }
}
