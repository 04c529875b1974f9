// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.IoVector;

/** Frames are read into the driver's own pages, of which there are always enough: each piece is where it belongs at once. */
final class PoolCatcher extends FrameCatcher {
    private final FlippedPages pages;

    PoolCatcher(FlippedPages pages, PostedBuffers buffers, NetworkPort port) {
        super(buffers, port);
        this.pages = pages;
    }

    @Override
    void aim(IoVector to) {
        for (int piece = 0; piece < PIECES; piece++) {
            to.add(pages.window(), RegionLayout.offset(pages.pool().next(piece)), PIECE);
        }
        to.add(scratch, spill(0), 1);
    }

    @Override
    void caught() {
        pages.pool().fill(pieces());
    }

    @Override
    void settle() {
        // It is where it belongs.
    }
}
