// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import dev.ringfence.frontend.Submission;

/** A disk's request in flight. */
final class BlockSubmission extends Submission {
    int operation;
    long sectorNumber;
    /** Of a discard. */
    long sectors;
    /** Of a read or write; 0 otherwise. */
    int length;

    PoolBuffer buffer;

    final TaggedRequest tagged = new TaggedRequest();
    /** Of a read: how many answers did not bring what its sectors hold, and where the last one was wrong. */
    int wrongAnswers;

    long wrongSector;

    BlockSubmission(int slot) {
        super(slot);
    }

    void describe(int operation, long sectorNumber, long sectors) {
        this.operation = operation;
        this.sectorNumber = sectorNumber;
        this.sectors = sectors;
    }

    void transfers(PoolBuffer buffer, int length) {
        this.buffer = buffer;
        this.length = length;
        buffer.begin();
    }

    @Override
    protected void forget() {
        if (buffer != null) {
            buffer.end();
        }
        buffer = null;
        length = 0;
    }
}
