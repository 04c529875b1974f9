// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.VirtioNetHeader;

/**
 * Has a port put its next frame into posted buffers, whatever its size: nobody knows it before it is there.
 *
 * <pre>
 *   piece of the frame    0         1         2       ...  what no buffer is there for
 *   read into buffer      0         2         3       ...  private memory, until the guest posts more
 *   belongs into, cut     0         2         3       ...
 *               , whole   0         1         2       ...
 * </pre>
 *
 * <p>A frame that is to be cut has an extra info in the second slot, which burns that buffer. Those are the large ones, so nothing
 * has to be moved for them. Confined to the worker; allocates nothing.
 */
final class FrameCatcher {
    private static final int PIECE = PostedBuffers.BYTES;
    private static final int FRAME_MAX = (PostedBuffers.WANTED - 1) * PIECE;

    private static final int SKIPPED_MAX = 32;

    private final Window region;
    private final PostedBuffers buffers;
    private final NetworkPort port;
    private final PrivateMemory memory = new PrivateMemory(VirtioNetHeader.BYTES + 6 + FRAME_MAX + 1);
    private final Window scratch = memory.window();
    private final VirtioNetHeader header = new VirtioNetHeader();
    private final IoVector vector = new IoVector(2 + PostedBuffers.WANTED);
    /** Pieces that were read into buffers; the others are in the scratch memory. */
    private int pieces;

    private int bytes;
    private int skipped;

    FrameCatcher(Window region, PostedBuffers buffers, NetworkPort port) {
        this.region = region;
        this.buffers = buffers;
        this.port = port;
    }

    /** A frame is there, and waits to be handed over. */
    boolean hasFrame() {
        return bytes > 0;
    }

    /** Looks for a frame; not without a buffer: the wire's own queue is the better place for it. */
    boolean receive() {
        buffers.hold(PostedBuffers.WANTED);
        if (buffers.isEmpty() || buffers.violation() != null) {
            return false;
        }
        pieces = Math.max(1, Math.min(buffers.count(), PostedBuffers.WANTED) - 1);
        vector.clear();
        vector.add(scratch, 0, VirtioNetHeader.BYTES);
        for (int piece = 0; piece < pieces; piece++) {
            vector.add(region, buffers.offset(source(piece)), PIECE);
        }
        vector.add(scratch, spill(pieces), FRAME_MAX - (long) pieces * PIECE + 1);
        for (int tries = 0; tries < SKIPPED_MAX; tries++) {
            int received = port.receive(vector);
            if (received <= 0) {
                return false;
            }
            if (isFrame(received - VirtioNetHeader.BYTES)) {
                bytes = received - VirtioNetHeader.BYTES;
                return true;
            }
            skipped++;
        }
        return false;
    }

    private boolean isFrame(int length) {
        header.decode(scratch, 0);
        return length >= NetifLayout.MIN_PACKET_BYTES && length <= FRAME_MAX && header.gsoType() >= 0;
    }

    /** What was no frame that a guest could be given, since the last time. */
    int skipped() {
        int since = skipped;
        skipped = 0;
        return since;
    }

    private static int source(int piece) {
        return piece == 0 ? 0 : piece + 1;
    }

    private static long spill(int piece) {
        return VirtioNetHeader.BYTES + 6 + (long) piece * PIECE;
    }

    /** Of the frame. */
    int bytes() {
        return bytes;
    }

    VirtioNetHeader header() {
        return header;
    }

    /** The frame is a TCP segment that somebody has to cut, or to take as it is. */
    boolean isCut() {
        return header.gsoType() != NetifLayout.GSO_NONE;
    }

    /** Slots of the ring that it takes, a buffer each. */
    int slots() {
        return (bytes + PIECE - 1) / PIECE + (isCut() ? 1 : 0);
    }

    /** Moves what is not where it belongs, once there are buffers enough. */
    void settle() {
        int last = (bytes + PIECE - 1) / PIECE;
        for (int piece = 1; piece < last; piece++) {
            int length = Math.min(PIECE, bytes - piece * PIECE);
            long to = buffers.offset(isCut() ? piece + 1 : piece);
            if (piece >= pieces) {
                scratch.copyTo(spill(piece), region, to, length);
            } else if (!isCut()) {
                region.copyTo(buffers.offset(piece + 1), region, to, length);
            }
        }
    }

    /** The frame has been handed over. */
    void next() {
        bytes = 0;
    }
}
