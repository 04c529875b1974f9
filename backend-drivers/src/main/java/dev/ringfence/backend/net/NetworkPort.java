// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;

/**
 * Where a guest's frames go and come from: what the author of a network driver writes. One queue of it, for at most one thread that sends
 * and one that receives. Every frame has a {@link dev.ringfence.protocol.VirtioNetHeader} before it.
 */
public interface NetworkPort extends AutoCloseable {
    /** Sends a frame, header first; 0, or a negated errno: then the frame is lost. Never waits. */
    int send(IoVector frame);

    /** The next frame, header first: bytes with header, 0 when there is none, or a negated errno. Never waits. */
    int receive(IoVector frame);

    /** Can be read while {@link #receive} has a frame; to be waited for, not to be touched. */
    Descriptor arrival();

    /** Whether frames are to arrive here: of several ports of a NIC a guest may want only the first ones. */
    void attach(boolean attached);

    /** Bytes behind the Ethernet header, at most, of a frame that is not to be cut. */
    int mtu();

    @Override
    void close();
}
