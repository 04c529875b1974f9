// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.tap;

import dev.ringfence.frontend.net.FrameReceiver;
import dev.ringfence.frontend.net.IncomingFrame;
import dev.ringfence.frontend.net.ReceiveQueue;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.FrameHeaders;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.VirtioNetHeader;
import dev.ringfence.ring.AdaptiveSpin;
import java.util.function.BooleanSupplier;

/** What the driver has received goes to the kernel from the pages it is in. */
final class FramesIn implements Runnable, FrameReceiver {
    private static final int PATIENCE_MILLIS = 1_000;

    private final ReceiveQueue queue;
    private final Descriptor tap;
    private final PrivateMemory memory = new PrivateMemory(VirtioNetHeader.BYTES + FrameHeaders.MAX_BYTES);
    private final Window copy = memory.window();
    private final FrameHeaders headers = new FrameHeaders();
    private final IoVector vector = new IoVector(1 + NetifLayout.MALICIOUS_FRAGMENTS);
    private final AdaptiveSpin spin = AdaptiveSpin.standard();
    /** Made once: it is asked for at every look. */
    private final BooleanSupplier news = this::forwarded;

    private volatile boolean stopped;

    FramesIn(ReceiveQueue queue, Descriptor tap) {
        this.queue = queue;
        this.tap = tap;
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped && queue.violation() == null) {
            if (queue.poll(this) == 0 && !spin.look(news) && queue.arm()) {
                queue.await(PATIENCE_MILLIS);
            }
        }
    }

    private boolean forwarded() {
        return queue.poll(this) > 0;
    }

    /** The driver could change the frame while we look at it, so what the kernel is told of it is told of a copy. */
    @Override
    public void received(IncomingFrame frame) {
        int copied = Math.min(frame.bytes(), FrameHeaders.MAX_BYTES);
        frame.copyTo(copy, VirtioNetHeader.BYTES, copied);
        headers.decode(copy, VirtioNetHeader.BYTES, copied);
        boolean told =
                VirtioNetHeader.encode(copy, 0, headers, frame.isChecksumBlank(), frame.gsoType(), frame.gsoSize());
        if (told) {
            vector.clear();
            vector.add(copy, 0, VirtioNetHeader.BYTES);
            frame.addTo(vector);
            // A frame that the kernel does not take is lost, as on any wire.
            vector.send(tap);
        }
    }
}
