// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/** The answer to one slot of the transmit ring, read once. Reusable. */
public final class TxResponse {
    private int id;
    private int status;

    public void decode(Window source, long at) {
        int word = source.getInt(at);
        id = word & 0xffff;
        status = word >> 16;
    }

    /** Writes an answer, and zeroes over what was left of the request in its place. */
    public static void encode(Window destination, long at, int id, int status) {
        destination.putLong(at, id & 0xffff | (status & 0xffffL) << 16);
        destination.putInt(at + 8, 0);
    }

    public int id() {
        return id;
    }

    /** {@link NetifLayout#OKAY} and so on, or anything a peer writes; {@link NetifLayout#NULL} has no meaningful id. */
    public int status() {
        return status;
    }
}
