// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.awaitility.Awaitility.await;

import dev.ringfence.domain.EventChannel;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.BlkifLayout;
import dev.ringfence.protocol.BlockRequest;
import dev.ringfence.protocol.BlockResponse;
import dev.ringfence.ring.RingLayout;
import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreClient;
import java.time.Duration;
import java.util.Map;

/**
 * A disk in a guest that does everything by hand, right or wrong: ring indices and slots too.
 *
 * <pre>
 *   ref    8     16 to 47   48           free
 *   frame  0     1 to 32    33           of those the guest may grant
 *          ring  data       indirect
 * </pre>
 */
final class RawDisk extends RawDevice {
    static final int RING_REF = 8;
    static final int DATA_REF = 16;
    static final int INDIRECT_REF = 48;
    static final int FREE_REF = 100;

    private static final int DATA_PAGES = 32;
    private static final int REQ_PROD = 0;
    private static final int REQ_EVENT = 4;
    private static final int RSP_PROD = 8;
    private static final int RSP_EVENT = 12;

    private final Window ring;
    private final EventChannel channel;
    private int produced;
    private int consumed;

    RawDisk(Hypercalls hypercalls, StoreClient store, String frontend) {
        super(hypercalls, store, frontend, "virtual-device");
        this.ring = frames(0, 1);
        this.channel = allocateChannel();
        grant(RING_REF, PERMIT, driver(), 0);
        for (int page = 0; page < DATA_PAGES; page++) {
            grant(DATA_REF + page, PERMIT, driver(), 1 + page);
        }
        grant(INDIRECT_REF, PERMIT_READONLY, driver(), 1 + DATA_PAGES);
    }

    int port() {
        return channel.port();
    }

    /** The page behind one of the refs from {@link #DATA_REF} on. */
    Window page(int page) {
        return frames(1 + page, 1);
    }

    Window indirectPage() {
        return frames(1 + DATA_PAGES, 1);
    }

    /** Connects as one should. */
    void connect() {
        requireConnected(connect(
                Map.of("ring-ref", Integer.toString(RING_REF), "event-channel", Integer.toString(channel.port()))));
    }

    @Override
    void initialiseRings() {
        ring.fill(0, ring.bytes(), (byte) 0);
        ring.putInt(REQ_EVENT, 1);
        ring.putIntRelease(RSP_EVENT, 1);
        produced = 0;
        consumed = 0;
    }

    int slots() {
        return RingLayout.slotCount(ring.bytes(), BlkifLayout.REQUEST_BYTES);
    }

    int produced() {
        return produced;
    }

    Window ring() {
        return ring;
    }

    /** Where the next request goes. */
    long nextSlot() {
        return RingLayout.HEADER_BYTES + (long) (produced % slots()) * BlkifLayout.REQUEST_BYTES;
    }

    /** Puts a request, invisible yet. */
    void put(BlockRequest request) {
        request.encode(ring, nextSlot());
        produced++;
    }

    /** Counts what was written into the next slot by other means. */
    void advance() {
        produced++;
    }

    /** Shows any number of requests, there or not, and rings for none. */
    void show(int producer) {
        ring.putIntRelease(REQ_PROD, producer);
    }

    /** Shows any number of requests, there or not. */
    void publish(int producer) {
        show(producer);
        channel.ringer().ring();
    }

    /** Shows what was put, and waits for all answers or the end; {@code status N...} or {@code closed: WHY}. */
    String perform() {
        publish(produced);
        StringBuilder statuses = new StringBuilder("status");
        BlockResponse response = new BlockResponse();
        while (consumed != produced) {
            if (!awaitAnswer()) {
                return "closed: " + error();
            }
            response.decode(ring, RingLayout.HEADER_BYTES + (long) (consumed % slots()) * BlkifLayout.REQUEST_BYTES);
            statuses.append(' ').append(response.status());
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
