// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.FrameHeaders;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A wire that remembers what was sent, and delivers what it was given. Frames have their header. */
final class FakePort implements NetworkPort {
    final List<byte[]> sent = new ArrayList<>();
    final Deque<byte[]> arriving = new ArrayDeque<>();
    boolean full;
    private final SharedMemory memory = SharedMemory.create("test-wire", 1 << 17);
    private final Window copy = memory.window();
    private final Doorbell.Pair bell = Doorbell.create();

    @Override
    public int send(IoVector frame, FrameHeaders headers, int gsoType) {
        if (full) {
            return -Errno.EAGAIN;
        }
        byte[] bytes = new byte[(int) frame.length()];
        frame.copyTo(copy, 0);
        copy.get(0, bytes, 0, bytes.length);
        sent.add(bytes);
        return 0;
    }

    @Override
    public int receive(IoVector frame) {
        byte[] next = arriving.poll();
        if (next == null) {
            return 0;
        }
        // Behind the frame the vector's memory stays as it is, as with a real device.
        copy.fill(0, copy.bytes(), (byte) 0x5a);
        copy.put(0, next, 0, next.length);
        frame.copyFrom(copy, 0);
        return (int) Math.min(next.length, frame.length());
    }

    @Override
    public Descriptor arrival() {
        return bell.listener();
    }

    @Override
    public void attach(boolean attached) {
        throw new UnsupportedOperationException("this port is the only one");
    }

    @Override
    public void prepare(Offloads taken) {
        throw new UnsupportedOperationException("no handshake comes here");
    }

    @Override
    public int mtu() {
        return 1500;
    }

    @Override
    public void close() {
        bell.close();
        memory.close();
    }
}
