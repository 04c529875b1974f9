// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import java.nio.ByteBuffer;

/** Page-aligned guest memory, granted to the driver domain; belongs to the queue that allocated it. */
public interface GuestBuffer {
    /** Bytes, a multiple of 4096. */
    int capacity();

    /** The same direct view each time, over the whole buffer; position and limit are the caller's. */
    ByteBuffer bytes();
}
