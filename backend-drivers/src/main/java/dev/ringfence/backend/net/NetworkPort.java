// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;
import dev.ringfence.protocol.FrameHeaders;

/**
 * Where a guest's frames go and come from: what the author of a network driver writes. One queue of it, for at most one thread that sends
 * and one that receives. Every frame has a {@link dev.ringfence.protocol.VirtioNetHeader} before it.
 */
public interface NetworkPort extends AutoCloseable {
    /** By the worker that has got the lease of the receive ring: this process serves the NIC from now on. */
    default void serve() {}

    /**
     * Sends a frame, header first. Never waits.
     *
     * @param headers of the frame, as they will be sent: the guest can't change them any more
     * @param gsoType {@link dev.ringfence.protocol.NetifLayout#GSO_NONE}, or how it is to be cut
     * @return 0, or a negated errno: then the frame is lost
     */
    int send(IoVector frame, FrameHeaders headers, int gsoType);

    /** The next frame, header first: bytes with header, 0 when there is none, or a negated errno. Never waits. */
    int receive(IoVector frame);

    /** Frames for the guest that were lost on their way to here, since this was last asked. By the worker that receives. */
    default int missed() {
        return 0;
    }

    /** Can be read while {@link #receive} has a frame; to be waited for, not to be touched. */
    Descriptor arrival();

    /** Whether frames are to arrive here: of several ports of a NIC a guest may want only the first ones. */
    void attach(boolean attached);

    /**
     * Gets ready for a guest, before it is there: from now on nothing arrives that it does not take, and what is left of
     * earlier is thrown away.
     *
     * @throws IllegalArgumentException saying what this port can't do without
     */
    void prepare(Offloads taken);

    /** Bytes behind the Ethernet header, at most, of a frame that is not to be cut. */
    int mtu();

    @Override
    void close();
}
