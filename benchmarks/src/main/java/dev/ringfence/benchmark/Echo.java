// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.AdaptiveSpin;
import dev.ringfence.ring.BackRing;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The other side of a {@link RoundTrip}: a thread that waits as a driver's worker does, and answers as nobody could faster;
 * where it is asked to, after a direct read.
 */
final class Echo implements AutoCloseable {
    private static final int STOP_MILLIS = 1_000;

    private final SharedMemory memory = SharedMemory.create("ringfence-bench-echo", SharedMemory.PAGE_BYTES);
    private final Doorbell.Pair toEcho = Doorbell.create();
    private final Doorbell.Pair toFront = Doorbell.create();
    private final BackRing ring = new BackRing(memory.window(), RoundTrip.ENTRY_BYTES, 0, 0);
    private final Doorbell.Ringer ringer = new Doorbell.Ringer(toFront.ringer());
    private final Doorbell.Listener listener = new Doorbell.Listener(toEcho.listener());
    private final AdaptiveSpin spin = AdaptiveSpin.standard();
    private final BooleanSupplier news = this::hasNews;
    private final DirectLoad device;
    private final Thread thread = new Thread(this::serve, "echo");
    private volatile boolean stopped;

    /** @param device what requests are read from that ask for it */
    Echo(DirectLoad device) {
        this.device = device;
    }

    /** What the other process needs for a {@link RoundTrip}. */
    List<Descriptor> descriptors() {
        return List.of(memory.descriptor(), toEcho.ringer(), toFront.listener());
    }

    /** Begins to serve; the front side must have initialised the ring. */
    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        while (!stopped) {
            int available = ring.requestsAvailable();
            for (int i = 0; i < available; i++) {
                long offset = ring.window().getLong(ring.requestOffset(ring.nextRequest()));
                ring.advanceRequest();
                if (offset != RoundTrip.NO_READ) {
                    device.read(offset);
                }
                if (ring.publishResponses(ring.nextRequest())) {
                    ringer.ring();
                }
            }
            if (available < 0) {
                throw new IllegalStateException("the front side broke the ring");
            }
            if (available == 0 && !spin.look(news) && !ring.armAndRecheck() && !stopped) {
                listener.await();
            }
        }
    }

    private boolean hasNews() {
        return ring.requestsAvailable() != 0;
    }

    @Override
    public void close() {
        stopped = true;
        new Doorbell.Ringer(toEcho.ringer()).ring();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        toEcho.close();
        toFront.close();
        memory.close();
        device.close();
    }
}
