// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.fault.DiskHistory.Kind;

/** What a guest wants of its disk. Sectors of 512 bytes. */
record Operation(Kind kind, int sector, int count, boolean indirect) {
    static Operation read(int sector, int count) {
        return new Operation(Kind.READ, sector, count, false);
    }

    static Operation write(int sector, int count) {
        return new Operation(Kind.WRITE, sector, count, false);
    }

    static Operation indirectRead(int sector, int count) {
        return new Operation(Kind.READ, sector, count, true);
    }

    static Operation indirectWrite(int sector, int count) {
        return new Operation(Kind.WRITE, sector, count, true);
    }

    static Operation discard(int sector, int count) {
        return new Operation(Kind.DISCARD, sector, count, false);
    }

    static Operation flush() {
        return new Operation(Kind.FLUSH, 0, 0, false);
    }

    boolean hasData() {
        return kind == Kind.READ || kind == Kind.WRITE;
    }
}
