// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.AdaptiveSpin;
import dev.ringfence.ring.FrontRing;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * Notification and nothing else: requests of one word through a ring to an {@link Echo} in another process, which answers
 * at once, or after a direct read. Both sides wait exactly as guest and driver do, so what a real request takes beyond
 * this is its own cost.
 *
 * <p>The read matters to who waits asleep: an answer that comes at once would find him still awake.
 */
final class RoundTrip {
    static final int ENTRY_BYTES = 112;
    /** Instead of the offset to read. */
    static final long NO_READ = -1;

    private static final int SLEEP_MILLIS = 1_000;

    private final FrontRing ring;
    private final Doorbell.Ringer ringer;
    private final Doorbell.Listener doorbell;
    private final long bytes;
    private final Histogram latencies = Figures.histogram();
    private final AdaptiveSpin spin = AdaptiveSpin.standard();
    private final BooleanSupplier news = this::hasNews;

    /**
     * @param descriptors the ring's memory, the bell at the echo, the bell here
     * @param bytes of what the echo can read
     */
    RoundTrip(List<Descriptor> descriptors, long bytes) {
        this.bytes = bytes;
        ring = new FrontRing(SharedMemory.open(descriptors.get(0)).window(), ENTRY_BYTES);
        ring.initialise();
        ringer = new Doorbell.Ringer(descriptors.get(1));
        doorbell = new Doorbell.Listener(descriptors.get(2));
        doorbell.nonBlocking();
    }

    /** @param reading have the echo read the workload's blocks */
    Figures run(Order order, boolean reading) {
        Offsets offsets = new Offsets(order.workload(), bytes, order.seed());
        latencies.reset();
        boolean sleeping = order.workload().sleeping();
        long allocated = AllocatedBytes.now();
        long operations = 0;
        long start = System.nanoTime();
        long now = start;
        while (now - start < order.nanos()) {
            ring.window().putLong(ring.requestOffset(), reading ? offsets.next() : NO_READ);
            ring.advanceRequest();
            if (ring.publishRequests()) {
                ringer.ring();
            }
            await(sleeping);
            ring.advanceResponse();
            long after = System.nanoTime();
            latencies.recordValue(after - now);
            now = after;
            operations++;
        }
        return Figures.of(operations, now - start, latencies, AllocatedBytes.now() - allocated);
    }

    private void await(boolean sleeping) {
        while (ring.responsesAvailable() == 0) {
            if ((sleeping || !spin.look(news)) && !ring.armAndRecheck()) {
                doorbell.await(SLEEP_MILLIS);
            }
        }
    }

    private boolean hasNews() {
        return ring.responsesAvailable() != 0;
    }
}
