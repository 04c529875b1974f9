// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.TapDevice;
import dev.ringfence.protocol.FrameHeaders;

/** One queue of a TAP device that the hypervisor has opened: the frames in it outlive this process. */
final class TapPort implements NetworkPort {
    private final Descriptor queue;
    private final int mtu;

    TapPort(Descriptor queue, int mtu) {
        this.queue = queue;
        this.mtu = mtu;
    }

    @Override
    public int send(IoVector frame, FrameHeaders headers, int gsoType) {
        return (int) Math.min(frame.send(queue), 0);
    }

    @Override
    public int receive(IoVector frame) {
        int result = (int) frame.receive(queue);
        return result == -Errno.EAGAIN ? 0 : result;
    }

    @Override
    public Descriptor arrival() {
        return queue;
    }

    @Override
    public void attach(boolean attached) {
        try {
            TapDevice.attach(queue, attached);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EBADFD) {
                throw e;
            }
            // Somebody has deleted the interface: attached or not, nothing arrives.
        }
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public void close() {
        queue.close();
    }
}
