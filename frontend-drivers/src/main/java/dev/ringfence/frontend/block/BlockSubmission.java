// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

/** A request in flight as the front-end remembers it: enough to check its answer, and to send it again. */
final class Submission {
    final int slot;
    long id;
    /** Next younger and next older submission. */
    Submission younger;

    Submission older;

    int operation;
    long sectorNumber;
    /** Of a discard. */
    long sectors;
    /** Of a read or write; 0 otherwise. */
    int length;

    PoolBuffer buffer;
    /** Not in the ring: too long for the back-end of today. */
    boolean refused;

    BlockCompletion completion;
    long context;

    Submission(int slot) {
        this.slot = slot;
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

    void answersTo(BlockCompletion completion, long context) {
        this.completion = completion;
        this.context = context;
    }

    /** Lets go of what the caller lent. */
    void forget() {
        if (buffer != null) {
            buffer.end();
        }
        buffer = null;
        length = 0;
        refused = false;
        completion = null;
    }
}
