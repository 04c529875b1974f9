// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/** A request for random bytes in private memory. Reusable; every byte is read once, and none believed before it is asked about. */
public final class EntropyRequest {
    private long id;
    private int gref;
    private int length;

    public void decode(Window source, long at) {
        id = source.getLong(at + EntropyLayout.ID);
        gref = source.getInt(at + EntropyLayout.GREF);
        length = source.getShort(at + EntropyLayout.LENGTH) & 0xffff;
    }

    /** Writes a slot. */
    public static void encode(Window destination, long at, long id, int gref, int length) {
        destination.putLong(at + EntropyLayout.ID, id);
        destination.putLong(at + EntropyLayout.GREF, gref & 0xffff_ffffL | (length & 0xffffL) << 32);
    }

    /** The front-end's, any value, to be given back in the response. */
    public long id() {
        return id;
    }

    /** The page to be filled. */
    public int gref() {
        return gref;
    }

    /** 0 to 65535; see {@link #isPlausible}. */
    public int length() {
        return length;
    }

    /** False for what no correct front-end asks for. */
    public boolean isPlausible() {
        return length >= 1 && length <= EntropyLayout.LENGTH_MAX;
    }
}
