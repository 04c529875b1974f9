// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/** The answer to a request for random bytes, read once. Reusable. */
public final class EntropyResponse {
    private long id;
    private int bytes;

    public void decode(Window source, long at) {
        id = source.getLong(at + EntropyLayout.ID);
        bytes = source.getInt(at + EntropyLayout.BYTES);
    }

    /** Writes an answer, and zeroes over what was left of the request in its place. */
    public static void encode(Window destination, long at, long id, int bytes) {
        destination.putLong(at + EntropyLayout.ID, id);
        destination.putLong(at + EntropyLayout.BYTES, bytes & 0xffff_ffffL);
    }

    /** False for what no correct back-end answers to a request for so many bytes. */
    public static boolean isPlausible(int bytes, int length) {
        return bytes == EntropyLayout.ERROR || bytes >= 1 && bytes <= length;
    }

    public long id() {
        return id;
    }

    /** How many, or {@link EntropyLayout#ERROR}; or anything a peer writes. */
    public int bytes() {
        return bytes;
    }
}
