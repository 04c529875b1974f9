// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.Window;

/**
 * Frames are read into posted buffers.
 *
 * <pre>
 *   piece of the frame    0         1         2       ...  what no buffer is there for
 *   read into buffer      0         2         3       ...  private memory, until the guest posts more
 *   belongs into, cut     0         2         3       ...
 *               , whole   0         1         2       ...
 * </pre>
 *
 * <p>A frame that is to be cut has an extra info in the second slot, which burns that buffer. Those are the large ones, so nothing
 * has to be moved for them.
 */
final class PostedCatcher extends FrameCatcher {
    private final Window region;
    /** Pieces that were read into buffers; the others are in the scratch memory. */
    private int buffered;

    PostedCatcher(Window region, PostedBuffers buffers, NetworkPort port) {
        super(buffers, port);
        this.region = region;
    }

    @Override
    void aim(IoVector to) {
        buffered = Math.max(1, Math.min(buffers.count(), PostedBuffers.WANTED) - 1);
        for (int piece = 0; piece < buffered; piece++) {
            to.add(region, buffers.offset(source(piece)), PIECE);
        }
        to.add(scratch, spill(buffered), FRAME_MAX - (long) buffered * PIECE + 1);
    }

    private static int source(int piece) {
        return piece == 0 ? 0 : piece + 1;
    }

    @Override
    void settle() {
        for (int piece = 1; piece < pieces(); piece++) {
            int length = Math.min(PIECE, bytes() - piece * PIECE);
            long to = buffers.offset(isCut() ? piece + 1 : piece);
            if (piece >= buffered) {
                scratch.copyTo(spill(piece), region, to, length);
            } else if (!isCut()) {
                region.copyTo(buffers.offset(piece + 1), region, to, length);
            }
        }
    }
}
