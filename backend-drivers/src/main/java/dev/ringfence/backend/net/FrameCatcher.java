// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.VirtioNetHeader;

/**
 * Has a port put its next frame, in pieces of a page, to where the guest gets it from, whatever its size: nobody knows it before it is
 * there. Confined to the worker; allocates nothing.
 */
abstract class FrameCatcher {
    static final int PIECE = PostedBuffers.BYTES;
    /** Of the largest frame. */
    static final int PIECES = PostedBuffers.WANTED - 1;

    static final int FRAME_MAX = PIECES * PIECE;

    private static final int SKIPPED_MAX = 32;

    final PostedBuffers buffers;
    private final NetworkPort port;
    private final PrivateMemory memory = new PrivateMemory(VirtioNetHeader.BYTES + 6 + FRAME_MAX + 1);
    final Window scratch = memory.window();
    private final VirtioNetHeader header = new VirtioNetHeader();
    private final IoVector vector = new IoVector(2 + PostedBuffers.WANTED);

    private int bytes;
    private int skipped;

    FrameCatcher(PostedBuffers buffers, NetworkPort port) {
        this.buffers = buffers;
        this.port = port;
    }

    /** Adds where the next frame's pieces go to, and one byte more, so that what is too long is seen. There is a buffer. */
    abstract void aim(IoVector to);

    /** The next frame is there. */
    void caught() {}

    /** Moves what is not where it belongs, once there are buffers enough. */
    abstract void settle();

    /** A frame is there, and waits to be handed over. */
    final boolean hasFrame() {
        return bytes > 0;
    }

    /** Looks for a frame; not without a buffer: the wire's own queue is the better place for it. */
    final boolean receive() {
        buffers.hold(PostedBuffers.WANTED);
        if (buffers.isEmpty() || buffers.violation() != null) {
            return false;
        }
        vector.clear();
        vector.add(scratch, 0, VirtioNetHeader.BYTES);
        aim(vector);
        for (int tries = 0; tries < SKIPPED_MAX; tries++) {
            int received = port.receive(vector);
            if (received == -Errno.EFAULT) {
                throw new IllegalStateException("a frame was to go where no memory is: buffers=" + buffers.count());
            }
            if (received <= 0) {
                return false;
            }
            if (isFrame(received - VirtioNetHeader.BYTES)) {
                bytes = received - VirtioNetHeader.BYTES;
                caught();
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
    final int skipped() {
        int since = skipped;
        skipped = 0;
        return since;
    }

    /** Of the frame. */
    final int bytes() {
        return bytes;
    }

    final VirtioNetHeader header() {
        return header;
    }

    /** The frame is a TCP segment that somebody has to cut, or to take as it is. */
    final boolean isCut() {
        return header.gsoType() != NetifLayout.GSO_NONE;
    }

    /** Of the frame. */
    final int pieces() {
        return (bytes + PIECE - 1) / PIECE;
    }

    /** Slots of the ring that it takes, a buffer each. */
    final int slots() {
        return pieces() + (isCut() ? 1 : 0);
    }

    /** Where a piece is in the scratch memory that has no other place. */
    static long spill(int piece) {
        return VirtioNetHeader.BYTES + 6 + (long) piece * PIECE;
    }

    /** The frame has been handed over. */
    final void next() {
        bytes = 0;
    }
}
