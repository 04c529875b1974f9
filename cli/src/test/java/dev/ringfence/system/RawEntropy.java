// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.domain.DeviceKind;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.protocol.EntropyLayout;
import dev.ringfence.protocol.EntropyRequest;
import dev.ringfence.protocol.EntropyResponse;
import dev.ringfence.store.StoreClient;

/** A source of random bytes in a guest that does everything by hand. */
final class RawEntropy extends RawRingDevice {
    private final EntropyResponse response = new EntropyResponse();

    RawEntropy(Hypercalls hypercalls, StoreClient store, String frontend) {
        super(hypercalls, store, frontend, DeviceKind.ENTROPY.handleKey(), EntropyLayout.ENTRY_BYTES);
    }

    /** Asks for random bytes, and waits for them or the end. */
    String ask(int gref, int length) {
        put(gref, length);
        return perform();
    }

    /** Puts a request, invisible yet. */
    void put(int gref, int length) {
        EntropyRequest.encode(ring(), nextSlot(), 1, gref, length);
        advance();
    }

    @Override
    int status(long offset) {
        response.decode(ring(), offset);
        return response.bytes();
    }
}
