// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.memory.Window;

/** A block response in private memory, copied out of a ring slot with every field read once. Reusable. */
public final class BlockResponse {
    private long id;
    private int operation;
    private int status;

    public void decode(Window source, long offset) {
        id = source.getLong(offset + BlkifLayout.RESPONSE_ID);
        operation = source.getByte(offset + BlkifLayout.RESPONSE_OPERATION) & 0xff;
        status = source.getShort(offset + BlkifLayout.RESPONSE_STATUS);
    }

    /** Writes a response, padding included: the slot keeps nothing of the request that was in its place. */
    public static void encode(Window destination, long offset, long id, int operation, int status) {
        destination.putLong(offset + BlkifLayout.RESPONSE_ID, id);
        // operation:1, padding:1, status:2, padding:4
        destination.putLong(offset + BlkifLayout.RESPONSE_OPERATION, (operation & 0xff) | (status & 0xffffL) << 16);
    }

    public long id() {
        return id;
    }

    /** From 0 to 255; of a correct back-end it is the {@link BlockRequest#transfer} of the request it answers. */
    public int operation() {
        return operation;
    }

    /** {@link BlkifLayout#OKAY}, {@link BlkifLayout#ERROR}, {@link BlkifLayout#EOPNOTSUPP}, or anything a peer writes. */
    public int status() {
        return status;
    }
}
