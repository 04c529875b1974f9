// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.TapDevice;
import dev.ringfence.protocol.FrameHeaders;
import dev.ringfence.protocol.VirtioNetHeader;

/** One queue of a TAP device that the hypervisor has opened: the frames in it outlive this process. */
final class TapPort implements NetworkPort {
    /** More than a TAP device's queue holds. */
    private static final int STALE_MAX = 1 << 16;

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
        unlessGone(() -> TapDevice.attach(queue, attached));
    }

    @Override
    public void prepare(Offloads taken) {
        unlessGone(() -> TapDevice.offload(queue, taken.checksums(), taken.segmentsV4(), taken.segmentsV6()));
        PrivateMemory scratch = new PrivateMemory(VirtioNetHeader.BYTES);
        IoVector vector = new IoVector(1);
        vector.add(scratch.window(), 0, VirtioNetHeader.BYTES);
        for (int stale = 0; stale < STALE_MAX && vector.receive(queue) > 0; stale++) {}
    }

    private static void unlessGone(Runnable change) {
        try {
            change.run();
        } catch (LinuxException e) {
            if (e.errno() != Errno.EBADFD) {
                throw e;
            }
            // Somebody has deleted the interface: however it is, nothing arrives.
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
