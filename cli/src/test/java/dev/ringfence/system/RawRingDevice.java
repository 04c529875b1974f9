// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.awaitility.Awaitility.await;

import dev.ringfence.domain.EventChannel;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.RingLayout;
import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreClient;
import java.time.Duration;
import java.util.Map;

/**
 * A device of one ring, whose indices and slots are written by hand too.
 *
 * <pre>
 *   ref    8     16 to 47   48           free
 *   frame  0     1 to 32    33           of those the guest may grant
 *          ring  data       indirect
 * </pre>
 */
abstract class RawRingDevice extends RawDevice {
    static final int RING_REF = 8;
    static final int DATA_REF = 16;
    static final int INDIRECT_REF = 48;
    static final int FREE_REF = 100;

    private static final int DATA_PAGES = 32;
    private static final int REQ_PROD = 0;
    private static final int REQ_EVENT = 4;
    private static final int RSP_PROD = 8;
    private static final int RSP_EVENT = 12;

    private final int entryBytes;
    private final Window ring;
    private final EventChannel channel;
    private int produced;
    private int consumed;

    /** @param handleKey under which the device's number is in the store */
    RawRingDevice(Hypercalls hypercalls, StoreClient store, String frontend, String handleKey, int entryBytes) {
        super(hypercalls, store, frontend, handleKey);
        this.entryBytes = entryBytes;
        this.ring = frames(0, 1);
        this.channel = allocateChannel();
        grant(RING_REF, PERMIT, driver(), 0);
        for (int page = 0; page < DATA_PAGES; page++) {
            grant(DATA_REF + page, PERMIT, driver(), 1 + page);
        }
        grant(INDIRECT_REF, PERMIT_READONLY, driver(), 1 + DATA_PAGES);
    }

    final int port() {
        return channel.port();
    }

    /** The page behind one of the refs from {@link #DATA_REF} on. */
    final Window page(int page) {
        return frames(1 + page, 1);
    }

    final Window indirectPage() {
        return frames(1 + DATA_PAGES, 1);
    }

    /** Connects as one should. */
    final void connect() {
        requireConnected(connect(
                Map.of("ring-ref", Integer.toString(RING_REF), "event-channel", Integer.toString(channel.port()))));
    }

    @Override
    final void initialiseRings() {
        ring.fill(0, ring.bytes(), (byte) 0);
        ring.putInt(REQ_EVENT, 1);
        ring.putIntRelease(RSP_EVENT, 1);
        produced = 0;
        consumed = 0;
    }

    final int slots() {
        return RingLayout.slotCount(ring.bytes(), entryBytes);
    }

    final int produced() {
        return produced;
    }

    final Window ring() {
        return ring;
    }

    /** Where the next request goes. */
    final long nextSlot() {
        return RingLayout.HEADER_BYTES + (long) (produced % slots()) * entryBytes;
    }

    /** The status of the response that lies there in the ring. */
    abstract int status(long offset);

    /** Counts what was written into the next slot by other means. */
    final void advance() {
        produced++;
    }

    /** Shows any number of requests, there or not, and rings for none. */
    final void show(int producer) {
        ring.putIntRelease(REQ_PROD, producer);
    }

    /** Shows any number of requests, there or not. */
    final void publish(int producer) {
        show(producer);
        channel.ringer().ring();
    }

    /** Shows what was put, and waits for all answers or the end; {@code status N...} or {@code closed: WHY}. */
    final String perform() {
        publish(produced);
        StringBuilder statuses = new StringBuilder("status");
        while (consumed != produced) {
            if (!awaitAnswer()) {
                return "closed: " + error();
            }
            long at = RingLayout.HEADER_BYTES + (long) (consumed % slots()) * entryBytes;
            statuses.append(' ').append(status(at));
            consumed++;
        }
        return statuses.toString();
    }

    private boolean awaitAnswer() {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(PATIENCE)
                .until(() -> ring.getIntAcquire(RSP_PROD) != consumed || state() != DeviceState.CONNECTED);
        return ring.getIntAcquire(RSP_PROD) != consumed;
    }
}
