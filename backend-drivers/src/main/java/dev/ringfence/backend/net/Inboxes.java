// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.DatagramPair;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.protocol.FrameHeaders;
import dev.ringfence.protocol.ToeplitzHash;
import dev.ringfence.protocol.VirtioNetHeader;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What waits for one guest's NIC at a switch: a queue in the kernel for each pair of its rings, made by the hypervisor, so that the
 * frames in them outlive this process. Whoever has a frame for the guest puts it in; the worker that holds the receive
 * ring's lease takes it out, and nobody else touches that ring. A full one loses what comes, for this guest alone.
 */
final class Inboxes implements Egress, AutoCloseable {
    /** The one that Microsoft's specification gives for an example; any would do. */
    private static final ToeplitzHash FLOWS = new ToeplitzHash(HexFormat.of()
            .parseHex("6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa"));

    /** When stale frames are thrown away; more than fit. */
    private static final int STALE_MAX = 1 << 16;

    private final List<DatagramPair> queues;
    private final int mtu;
    private final AtomicIntegerArray missed;
    private final AtomicReference<Attachment> attached = new AtomicReference<>();

    /** The guest's connection, while there is one. */
    record Attachment(int queues) {}

    /** @param mtu bytes behind the Ethernet header, at most, of a frame that is not to be cut */
    Inboxes(List<DatagramPair> queues, int mtu) {
        this.queues = List.copyOf(queues);
        this.mtu = mtu;
        this.missed = new AtomicIntegerArray(queues.size());
    }

    int count() {
        return queues.size();
    }

    int mtu() {
        return mtu;
    }

    /** From now on the guest is there, and takes from the first {@code pairs} of them. */
    Attachment attach(int pairs) {
        Attachment attachment = new Attachment(pairs);
        attached.set(attachment);
        return attachment;
    }

    /** It is gone, unless it has come again meanwhile. */
    void detach(Attachment attachment) {
        attached.compareAndSet(attachment, null);
    }

    /** Throws away what nobody has taken; before the guest is there. */
    void drain() {
        PrivateMemory scratch = new PrivateMemory(VirtioNetHeader.BYTES);
        IoVector vector = new IoVector(1);
        vector.add(scratch.window(), 0, VirtioNetHeader.BYTES);
        for (DatagramPair queue : queues) {
            for (int taken = 0; taken < STALE_MAX && vector.receive(queue.receiver()) > 0; taken++) {}
        }
    }

    @Override
    public boolean put(IoVector frame, FrameHeaders headers, boolean segmented) {
        Attachment there = attached.get();
        if (there == null) {
            return false;
        }
        int queue = there.queues() == 1 ? 0 : Integer.remainderUnsigned(headers.flowHash(FLOWS), there.queues());
        boolean fits = segmented || frame.length() - VirtioNetHeader.BYTES - headers.network() <= mtu;
        if (!fits || frame.send(queues.get(queue).sender()) < 0) {
            missed.incrementAndGet(queue);
        }
        return true;
    }

    /** The next frame of a queue: bytes with header, or a negated errno. For the one worker whose queue it is. */
    long take(int queue, IoVector frame) {
        return frame.receive(queues.get(queue).receiver());
    }

    Descriptor arrival(int queue) {
        return queues.get(queue).receiver();
    }

    /** Frames that the queue could not be given, since this was last asked. */
    int missed(int queue) {
        return missed.get(queue) == 0 ? 0 : missed.getAndSet(queue, 0);
    }

    @Override
    public void close() {
        queues.forEach(DatagramPair::close);
    }
}
