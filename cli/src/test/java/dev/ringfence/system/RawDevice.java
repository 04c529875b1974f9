// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.awaitility.Awaitility.await;

import dev.ringfence.domain.EventChannel;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.RingLayout;
import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A device in a guest that does everything by hand, right or wrong: handshake, grant entries, ring indices, slots.
 *
 * <pre>
 *   ref    8     16 to 47   48           free
 *   frame  0     1 to 32    33           of those the guest may grant
 *          ring  data       indirect
 * </pre>
 */
abstract class RawDevice {
    static final int RING_REF = 8;
    static final int DATA_REF = 16;
    static final int INDIRECT_REF = 48;
    static final int FREE_REF = 100;
    static final int PERMIT = 1;
    static final int PERMIT_READONLY = 1 | 4;

    private static final int DATA_PAGES = 32;
    private static final int REQ_PROD = 0;
    private static final int REQ_EVENT = 4;
    private static final int RSP_PROD = 8;
    private static final int RSP_EVENT = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final int entryBytes;
    private final StoreClient store;
    private final String frontend;
    private final String backend;
    private final int driver;
    private final int handle;
    private final Window region;
    private final Window ring;
    private final int firstFrame;
    private final EventChannel channel;
    private int produced;
    private int consumed;

    /** @param handleKey under which the device's number is in the store */
    RawDevice(Hypercalls hypercalls, StoreClient store, String frontend, String handleKey, int entryBytes) {
        this.entryBytes = entryBytes;
        this.store = store;
        this.frontend = frontend;
        this.backend = store.read(frontend + "/backend").orElseThrow();
        this.driver = Integer.parseInt(store.read(frontend + "/backend-id").orElseThrow());
        this.handle = Integer.parseInt(store.read(frontend + "/" + handleKey).orElseThrow());
        this.region = hypercalls.openRegion(handle).window();
        this.firstFrame = RegionLayout.of(region).firstGuestFrame();
        this.ring = RegionLayout.frames(region, firstFrame, 1);
        this.channel = hypercalls.allocateChannel(handle);
        grant(RING_REF, PERMIT, driver, 0);
        for (int page = 0; page < DATA_PAGES; page++) {
            grant(DATA_REF + page, PERMIT, driver, 1 + page);
        }
        grant(INDIRECT_REF, PERMIT_READONLY, driver, 1 + DATA_PAGES);
    }

    int driver() {
        return driver;
    }

    /** The back-end's directory. */
    String backend() {
        return backend;
    }

    int port() {
        return channel.port();
    }

    int handle() {
        return handle;
    }

    /** Writes a grant entry; the frame counts from the first that the guest may grant. */
    void grant(int ref, int flags, int domid, int frame) {
        region.putInt(ref * 8L + 4, firstFrame + frame);
        region.putIntRelease(ref * 8L, flags | domid << 16);
    }

    /** The page behind one of the refs from {@link #DATA_REF} on. */
    Window page(int page) {
        return RegionLayout.frames(region, firstFrame + 1 + page, 1);
    }

    Window indirectPage() {
        return RegionLayout.frames(region, firstFrame + 1 + DATA_PAGES, 1);
    }

    /** Connects as one should. */
    void connect() {
        String outcome = connect(
                Map.of("ring-ref", Integer.toString(RING_REF), "event-channel", Integer.toString(channel.port())));
        if (!outcome.equals("connected")) {
            throw new IllegalStateException("could not connect: outcome=" + outcome);
        }
    }

    /** Connects with these keys, and no others; {@code connected}, or {@code refused: WHY}. */
    String connect(Map<String, String> keys) {
        if (state() == DeviceState.CONNECTED) {
            close();
        }
        write(DeviceState.INITIALISING);
        awaitState(DeviceState.INIT_WAIT);
        initialiseRing();
        List<String> before = new ArrayList<>(store.directory(frontend));
        before.removeAll(
                List.of("backend", "backend-id", "virtual-device", "handle", "device-type", "queues", "state"));
        before.forEach(key -> store.remove(frontend + "/" + key));
        keys.forEach((key, value) -> store.write(frontend + "/" + key, value));
        write(DeviceState.INITIALISED);
        awaitState(DeviceState.CONNECTED, DeviceState.CLOSING);
        if (state() == DeviceState.CONNECTED) {
            write(DeviceState.CONNECTED);
            return "connected";
        }
        String why = error();
        close();
        return "refused: " + why;
    }

    void close() {
        write(DeviceState.CLOSED);
        awaitState(DeviceState.CLOSED);
    }

    void write(DeviceState state) {
        store.write(frontend + "/state", state.text());
    }

    /** The back-end's. */
    DeviceState state() {
        return store.read(backend + "/state").map(DeviceState::parse).orElse(DeviceState.UNKNOWN);
    }

    String error() {
        return store.read(backend + "/error").orElse("");
    }

    private void awaitState(DeviceState... wanted) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .until(this::state, state -> List.of(wanted).contains(state));
    }

    private void initialiseRing() {
        ring.fill(0, ring.bytes(), (byte) 0);
        ring.putInt(REQ_EVENT, 1);
        ring.putIntRelease(RSP_EVENT, 1);
        produced = 0;
        consumed = 0;
    }

    int slots() {
        return RingLayout.slotCount(ring.bytes(), entryBytes);
    }

    int produced() {
        return produced;
    }

    Window ring() {
        return ring;
    }

    /** Where the next request goes. */
    long nextSlot() {
        return RingLayout.HEADER_BYTES + (long) (produced % slots()) * entryBytes;
    }

    /** The status of the response that lies there in the ring. */
    abstract int status(long offset);

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

    /** What comes of indices that nothing can be expected from but the end. */
    String awaitEnd() {
        awaitState(DeviceState.CLOSING, DeviceState.CLOSED);
        return "closed: " + error();
    }

    private boolean awaitAnswer() {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(PATIENCE)
                .until(() -> ring.getIntAcquire(RSP_PROD) != consumed || state() != DeviceState.CONNECTED);
        return ring.getIntAcquire(RSP_PROD) != consumed;
    }
}
