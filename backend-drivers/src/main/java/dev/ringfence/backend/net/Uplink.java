// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Readiness;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.FrameHeaders;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.VirtioNetHeader;
import java.util.concurrent.locks.LockSupport;

/**
 * A switch's way to the world: what guests send there, their own workers write; what comes from there, one thread reads into private
 * memory and passes on. It begins when this process serves a guest of the switch, and touches no shared page, so that a
 * dying predecessor's may still be at it: each frame is read once.
 */
abstract class Uplink implements Egress, Runnable, AutoCloseable {
    /** A segment of 64 KiB with its headers. */
    static final int FRAME_MAX = (1 << 16) + 64;

    private static final long FAILURE_NANOS = 10_000_000;

    /** What is read. */
    final Descriptor wire;

    private final Doorbell.Pair bell = Doorbell.create();
    private final Doorbell.Ringer ringer = new Doorbell.Ringer(bell.ringer());
    private final PrivateMemory memory = new PrivateMemory(VirtioNetHeader.BYTES + FRAME_MAX + 1);
    private final IoVector vector = new IoVector(1);
    private final FrameHeaders headers = new FrameHeaders();
    private final VirtioNetHeader header = new VirtioNetHeader();
    private final Thread thread;
    private EthernetSwitch lan;
    private Ingress ingress;
    private volatile boolean serving;
    private volatile boolean closed;

    Uplink(String device, Descriptor wire) {
        this.wire = wire;
        this.thread = new Thread(this, "uplink " + device);
        thread.setDaemon(true);
    }

    /** Gets ready, and waits for {@link #serve}: a takeover must not have to start a thread. */
    final void start(EthernetSwitch passesOn, Ingress as) {
        lan = passesOn;
        ingress = as;
        thread.start();
    }

    /** From now on what comes is passed on. Any thread, any number of times. */
    final void serve() {
        if (!serving) {
            serving = true;
            LockSupport.unpark(thread);
        }
    }

    /**
     * Reads the next frame into {@code frame}, its {@link VirtioNetHeader} first.
     *
     * @return bytes with header; 0: what came was no frame; or a negated errno
     */
    abstract int receive(IoVector empty, Window frame);

    @Override
    public final void run() {
        while (!serving && !closed) {
            LockSupport.park(this);
        }
        Readiness readiness = new Readiness(new Doorbell.Listener(bell.listener()), wire);
        while (!closed) {
            int result = passNext();
            if (result == -Errno.EAGAIN) {
                readiness.await();
            } else if (result < 0) {
                // The interface is down, or gone; it would say so without end.
                LockSupport.parkNanos(FAILURE_NANOS);
            }
        }
    }

    private int passNext() {
        Window frame = memory.window();
        vector.clear();
        int received = receive(vector, frame);
        int length = received - VirtioNetHeader.BYTES;
        if (length < NetifLayout.MIN_PACKET_BYTES || length > FRAME_MAX) {
            return Math.min(received, 0);
        }
        vector.clear();
        vector.add(frame, 0, received);
        header.decode(frame, 0);
        headers.decode(frame, VirtioNetHeader.BYTES, Math.min(length, FrameHeaders.MAX_BYTES));
        lan.pass(ingress, vector, headers, header.gsoType() != NetifLayout.GSO_NONE);
        return received;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        ringer.ring();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        bell.close();
        wire.close();
    }
}
