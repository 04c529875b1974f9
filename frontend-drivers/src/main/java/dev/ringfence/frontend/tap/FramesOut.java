// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.tap;

import dev.ringfence.frontend.net.OutgoingFrame;
import dev.ringfence.frontend.net.TransmitQueue;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.VirtioNetHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the kernel sends goes straight into granted pages, and is sent from there. */
final class FramesOut implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(FramesOut.class);
    private static final int BATCH = 32;
    private static final int PATIENCE_MILLIS = 1_000;

    private final TransmitQueue queue;
    private final Descriptor tap;
    private final PrivateMemory memory = new PrivateMemory(VirtioNetHeader.BYTES);
    private final Window headerBytes = memory.window();
    private final VirtioNetHeader header = new VirtioNetHeader();
    private final IoVector vector = new IoVector(2);
    /** Somebody has deleted the interface. To wait for it any more would be to spin. */
    private boolean tapGone;

    private volatile boolean stopped;

    FramesOut(TransmitQueue queue, Descriptor tap) {
        this.queue = queue;
        this.tap = tap;
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped && queue.violation() == null) {
            int sent = 0;
            while (sent < BATCH && forward()) {
                sent++;
            }
            queue.publish();
            if (queue.poll() == 0 && sent < BATCH) {
                sleep();
            }
        }
    }

    /** One frame; false when there is none, or no room for it. */
    private boolean forward() {
        if (!queue.hasRoom()) {
            return false;
        }
        OutgoingFrame frame = queue.begin();
        if (frame == null) {
            return false;
        }
        vector.clear();
        vector.add(headerBytes, 0, VirtioNetHeader.BYTES);
        vector.add(frame.data(), 0, frame.data().bytes());
        int bytes = (int) vector.receive(tap) - VirtioNetHeader.BYTES;
        if (bytes < NetifLayout.MIN_PACKET_BYTES || bytes > NetifLayout.MAX_TX_BYTES) {
            queue.abandon(frame);
            return bytes > 0;
        }
        header.decode(headerBytes, 0);
        queue.send(describe(frame, bytes));
        return true;
    }

    private OutgoingFrame describe(OutgoingFrame frame, int bytes) {
        if (header.gsoType() > NetifLayout.GSO_NONE) {
            return frame.segments(bytes, header.gsoType(), header.gsoSize());
        }
        return header.isChecksumBlank() ? frame.checksumBlank(bytes) : frame.plain(bytes);
    }

    /**
     * Until the kernel has something to send; when there is no room for it, until the driver makes some. While there is room
     * nobody need be told that there is more.
     */
    private void sleep() {
        if (tapGone || !queue.hasRoom()) {
            if (queue.arm()) {
                queue.await(PATIENCE_MILLIS);
            }
        } else if (!queue.awaitEither(tap)) {
            tapGone = true;
            LOG.warn(
                    "{}: its TAP device is gone, nothing is sent any more",
                    Thread.currentThread().getName());
        }
    }
}
