// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.domain.DeviceKind;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.protocol.BlockResponse;
import dev.ringfence.store.StoreClient;

/** A disk in a guest that does everything by hand. */
final class RawDisk extends RawRingDevice {
    private final BlockResponse response = new BlockResponse();

    RawDisk(Hypercalls hypercalls, StoreClient store, String frontend) {
        super(hypercalls, store, frontend, DeviceKind.BLOCK.handleKey(), BlkifLayout.REQUEST_BYTES);
    }

    /** Puts a request, invisible yet. */
    void put(BlockRequest request) {
        request.encode(ring(), nextSlot());
        advance();
    }

    @Override
    int status(long offset) {
        response.decode(ring(), offset);
        return response.status();
    }
}
