// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import java.nio.ByteBuffer;

/**
 * What one writer knows of the blocks that only it writes, one write at a time each, and its verdict on what it reads
 * there. Confined to a thread; allocates nothing once made.
 *
 * <p>A read may return any write from the last one acknowledged, or seen by another read, before it was sent, to the last one
 * sent. Blocks must have been written once before anything is judged.
 */
final class TagChecker {
    /** What a read says of the disk. */
    enum Verdict {
        RIGHT,
        /** Older than what was acknowledged, or seen, before the read was sent. */
        STALE,
        /** All is quiet, and an acknowledged write is not there, nor was it ever seen. Or a read was answered undone. */
        LOST,
        /** All is quiet, and an older write is back although a newer one had been seen: it was done again. */
        DOUBLED,
        /** Nobody ever wrote that there. */
        GARBLED
    }

    private final int writer;
    private final long firstLba;
    private final long[] sent;
    private final long[] acknowledged;
    private final long[] seen;
    private int generation;

    TagChecker(int writer, long firstLba, int blocks) {
        this.writer = writer;
        this.firstLba = firstLba;
        this.sent = new long[blocks];
        this.acknowledged = new long[blocks];
        this.seen = new long[blocks];
    }

    int blocks() {
        return sent.length;
    }

    long lba(int block) {
        return firstLba + block;
    }

    /** A new phase of writing; its number is in every block written from now on. */
    void begin(int newGeneration) {
        generation = newGeneration;
    }

    boolean isWriting(int block) {
        return sent[block] != acknowledged[block];
    }

    /** Fills a buffer with the next write to a block that {@link #isWriting} nothing. */
    void write(int block, ByteBuffer buffer) {
        BlockTag.write(buffer, lba(block), writer, generation, ++sent[block]);
    }

    void written(int block) {
        acknowledged[block] = sent[block];
    }

    /** The oldest a read may return that is sent now. */
    long floor(int block) {
        return Math.max(acknowledged[block], seen[block]);
    }

    /** @param floor of the moment the read was sent */
    Verdict read(int block, long floor, ByteBuffer buffer) {
        long sequence = BlockTag.sequence(buffer, lba(block), writer, generation);
        if (sequence == BlockTag.UNTOUCHED) {
            return Verdict.LOST;
        }
        if (sequence == BlockTag.GARBLED || sequence > sent[block]) {
            return Verdict.GARBLED;
        }
        seen[block] = Math.max(seen[block], sequence);
        return sequence < floor ? Verdict.STALE : Verdict.RIGHT;
    }

    /** As {@link #read} when nothing else is under way: says what became of the writes. */
    Verdict verify(int block, ByteBuffer buffer) {
        boolean latestWasSeen = seen[block] >= acknowledged[block];
        Verdict verdict = read(block, floor(block), buffer);
        if (verdict != Verdict.STALE) {
            return verdict;
        }
        return latestWasSeen ? Verdict.DOUBLED : Verdict.LOST;
    }
}
