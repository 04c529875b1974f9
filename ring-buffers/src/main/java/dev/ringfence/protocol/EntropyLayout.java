// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

import dev.ringfence.ring.RingLayout;

/**
 * Our own protocol for random bytes: a guest posts a page, and gets it back with random bytes at its beginning. Little-endian.
 *
 * <pre>
 *   byte        0      8       12         14
 *   request     id:8   gref:4  length:2   -        16 bytes
 *   response    id:8   bytes:4 -                   16 bytes
 * </pre>
 *
 * <p>The length goes from 1 to a page. The answer says how many bytes there are, from 1 to what was asked for: a source may
 * have fewer at the moment; or {@link #ERROR}.
 */
public final class EntropyLayout {
    public static final int ERROR = -1;
    public static final int ENTRY_BYTES = 16;
    public static final int LENGTH_MAX = 4096;

    static final int ID = 0;
    static final int GREF = 8;
    static final int LENGTH = 12;
    static final int BYTES = 8;

    private EntropyLayout() {}

    /** Requests a ring of so many bytes holds: 128 in a page. */
    public static int slotCount(long ringBytes) {
        return RingLayout.slotCount(ringBytes, ENTRY_BYTES);
    }
}
