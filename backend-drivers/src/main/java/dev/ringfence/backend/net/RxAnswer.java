// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Window;
import dev.ringfence.protocol.ExtraInfo;
import dev.ringfence.protocol.RxResponse;

/**
 * The answer to a posted buffer in one word, so that the journal has it all: whoever finds it can write it into the ring.
 *
 * <pre>
 *   bit  25              24          23..16      15..0
 *        last of frame   0: a page   flags       bytes
 *                        1: extra    GSO type    GSO size
 * </pre>
 */
final class RxAnswer {
    private static final int EXTRA = 1 << 24;
    private static final int LAST = 1 << 25;
    private static final int KIND_SHIFT = 16;
    private static final int KIND_MASK = 0xff;
    private static final int SIZE_MASK = 0xffff;

    private RxAnswer() {}

    /** @param flags of netif */
    static int page(int bytes, int flags, boolean last) {
        return (last ? LAST : 0) | flags << KIND_SHIFT | bytes;
    }

    static int segments(int gsoType, int gsoSize, boolean last) {
        return (last ? LAST : 0) | EXTRA | gsoType << KIND_SHIFT | gsoSize;
    }

    static boolean isLast(int answer) {
        return (answer & LAST) != 0;
    }

    /** Bytes of the frame in the buffer. */
    static int bytes(int answer) {
        return (answer & EXTRA) != 0 ? 0 : answer & SIZE_MASK;
    }

    /** @param id the guest's, of the buffer */
    static void encode(Window ring, long at, int answer, int id) {
        int kind = answer >>> KIND_SHIFT & KIND_MASK;
        if ((answer & EXTRA) != 0) {
            ExtraInfo.encodeGso(ring, at, kind, answer & SIZE_MASK, false);
        } else {
            RxResponse.encode(ring, at, id, 0, kind, bytes(answer));
        }
    }
}
