// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.awaitility.Awaitility.await;

import dev.ringfence.domain.EventChannel;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.Window;
import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A device in a guest that does everything by hand, right or wrong: handshake and grant entries here, rings in its kinds. */
abstract class RawDevice {
    static final int PERMIT = 1;
    static final int PERMIT_READONLY = 1 | 4;
    static final int ACCEPT_TRANSFER = 2;
    static final int COMMITTED = 4;

    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What the hypervisor put into the front-end's directory, and no attack takes out. */
    private static final List<String> GIVEN =
            List.of("backend", "backend-id", "virtual-device", "device-type", "handle", "mac", "queues", "state");

    private final Hypercalls hypercalls;
    private final StoreClient store;
    private final String frontend;
    private final String backend;
    private final int driver;
    private final int handle;
    private final Window region;
    private final int firstFrame;

    /** @param handleKey where the store has the device's number */
    RawDevice(Hypercalls hypercalls, StoreClient store, String frontend, String handleKey) {
        this.hypercalls = hypercalls;
        this.store = store;
        this.frontend = frontend;
        this.backend = store.read(frontend + "/backend").orElseThrow();
        this.driver = Integer.parseInt(store.read(frontend + "/backend-id").orElseThrow());
        this.handle = Integer.parseInt(store.read(frontend + "/" + handleKey).orElseThrow());
        this.region = hypercalls.openRegion(handle).window();
        this.firstFrame = RegionLayout.of(region).firstGuestFrame();
    }

    final EventChannel allocateChannel() {
        return hypercalls.allocateChannel(handle);
    }

    /** Empties its rings; before they are shown. */
    abstract void initialiseRings();

    final int driver() {
        return driver;
    }

    /** The back-end's directory. */
    final String backend() {
        return backend;
    }

    final int handle() {
        return handle;
    }

    /** Writes a grant entry; the frame counts from the first that the guest may grant. */
    final void grant(int ref, int flags, int domid, int frame) {
        region.putInt(ref * 8L + 4, firstFrame + frame);
        region.putIntRelease(ref * 8L, flags | domid << 16);
    }

    /** The grant entry as it is, in-use bits and all. */
    final int grantWord(int ref) {
        return region.getIntAcquire(ref * 8L);
    }

    /** The frame that an entry names, counted as in {@link #grant}. */
    final int grantedFrame(int ref) {
        return region.getInt(ref * 8L + 4) - firstFrame;
    }

    /** How many frames there are, counted so. */
    final int frames() {
        return RegionLayout.of(region).guestFrames();
    }

    /** Pages in a row, counted from the first that the guest may grant. */
    final Window frames(int first, int count) {
        return RegionLayout.frames(region, firstFrame + first, count);
    }

    /** Connects with these keys, and no others; {@code connected}, or {@code refused: WHY}. */
    final String connect(Map<String, String> keys) {
        if (state() == DeviceState.CONNECTED) {
            close();
        }
        write(DeviceState.INITIALISING);
        awaitState(DeviceState.INIT_WAIT);
        initialiseRings();
        store.directory(frontend).stream()
                .filter(key -> !GIVEN.contains(key))
                .forEach(key -> store.remove(frontend + "/" + key));
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

    final void requireConnected(String outcome) {
        if (!outcome.equals("connected")) {
            throw new IllegalStateException("could not connect: outcome=" + outcome);
        }
    }

    final void close() {
        write(DeviceState.CLOSED);
        awaitState(DeviceState.CLOSED);
    }

    final void write(DeviceState state) {
        store.write(frontend + "/state", state.text());
    }

    /** The back-end's. */
    final DeviceState state() {
        return store.read(backend + "/state").map(DeviceState::parse).orElse(DeviceState.UNKNOWN);
    }

    final String error() {
        return store.read(backend + "/error").orElse("");
    }

    /** What comes of what nothing can be expected from but the end. */
    final String awaitEnd() {
        awaitState(DeviceState.CLOSING, DeviceState.CLOSED);
        return "closed: " + error();
    }

    private void awaitState(DeviceState... wanted) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .until(this::state, state -> List.of(wanted).contains(state));
    }
}
