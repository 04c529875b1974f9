// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend;

import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreClient;
import dev.ringfence.store.StoreError;
import dev.ringfence.store.StoreException;
import dev.ringfence.store.StoreWatch;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The front-end's side of the xenbus handshake, for any device.
 *
 * <pre>
 *   back-end             front-end
 *   Initialising         waits
 *   InitWait        -->  publishes rings and channels, Initialised
 *   Connected       -->  reads the geometry, Connected
 *   Closing         -->  lets go, Closed
 * </pre>
 *
 * <p>A driver that dies and is replaced is none of this: the states stay Connected, and the rings are served on. Only a
 * back-end that can't go on where its predecessor stopped returns to InitWait; then the handshake starts again with
 * what is still unanswered.
 */
public final class FrontendHandshake implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FrontendHandshake.class);

    private static final long RELEASE_MILLIS = 2_000;

    private final StoreClient store;
    private final String frontend;
    private final String backend;
    private final DeviceFrontend device;
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private DeviceState own = DeviceState.INITIALISING;
    private Optional<StoreWatch> watch = Optional.empty();

    /** @param frontend the device's directory in the store */
    public FrontendHandshake(StoreClient store, String frontend, DeviceFrontend device) {
        this.store = store;
        this.frontend = frontend;
        this.device = device;
        this.backend = store.read(frontend + "/backend")
                .orElseThrow(() -> new IllegalArgumentException("no device in the store: frontend=" + frontend));
    }

    /** Begins; {@link #connected} tells the outcome. */
    public synchronized void start() {
        write(DeviceState.INITIALISING);
        // The watch fires once at registration, which makes the first step.
        watch = Optional.of(store.watch(backend + "/state", "backend", (path, token) -> step()));
    }

    /** Done when the device can be used; fails when the back-end refuses. */
    public CompletableFuture<Void> connected() {
        return connected;
    }

    /** Done when the device is gone. */
    public CompletableFuture<Void> closed() {
        return closed;
    }

    /** Done when the back-end has let go of it too: then what it was granted can be taken back. */
    public CompletableFuture<Void> released() {
        return released;
    }

    private synchronized void step() {
        try {
            DeviceState other = backendState();
            switch (other) {
                case INIT_WAIT -> publish();
                case CONNECTED -> connect();
                case CLOSING -> disconnect();
                case CLOSED -> {
                    disconnect();
                    released.complete(null);
                }
                default -> LOG.debug("{}: nothing to do for back-end state {}", frontend, other);
            }
        } catch (StoreException | IllegalArgumentException e) {
            LOG.warn("{}: {}", frontend, e.getMessage());
            disconnect();
        }
    }

    private DeviceState backendState() {
        try {
            return store.read(backend + "/state").map(DeviceState::parse).orElse(DeviceState.CLOSED);
        } catch (StoreException e) {
            if (e.error() == StoreError.EACCES) {
                return DeviceState.CLOSED; // what was removed is not ours to see any more
            }
            throw e;
        }
    }

    private void publish() {
        if (own != DeviceState.INITIALISING && own != DeviceState.CONNECTED) {
            return;
        }
        Map<String, String> keys = device.publish(this::number);
        store.transaction(transaction -> {
            keys.forEach((key, value) -> transaction.write(frontend + "/" + key, value));
            return null;
        });
        write(DeviceState.INITIALISED);
    }

    private void connect() {
        if (own != DeviceState.INITIALISED) {
            return;
        }
        device.connected(this::number);
        // What depends on the device is in place before the world is told: an export listens when its disk is
        // Connected.
        connected.complete(null);
        write(DeviceState.CONNECTED);
    }

    private void disconnect() {
        if (own == DeviceState.CLOSED || own == DeviceState.INITIALISING) {
            return;
        }
        String reason = reason();
        device.disconnected(reason);
        own = DeviceState.CLOSED;
        try {
            write(DeviceState.CLOSED);
        } catch (StoreException e) {
            LOG.debug("{}: already taken away: {}", frontend, e.getMessage());
            released.complete(null);
        }
        connected.completeExceptionally(new IllegalStateException(reason));
        closed.complete(null);
    }

    private String reason() {
        try {
            return store.read(backend + "/error").orElse("the back-end closed the device");
        } catch (StoreException e) {
            return "the device was taken away";
        }
    }

    private long number(String key, long otherwise) {
        try {
            return store.read(backend + "/" + key).map(Long::parseLong).orElse(otherwise);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private void write(DeviceState state) {
        own = state;
        store.write(frontend + "/state", state.text());
    }

    /** Ends the connection from this side, and waits a while for the back-end to do the same. Not on the event thread. */
    @Override
    public void close() {
        boolean connected;
        synchronized (this) {
            disconnect();
            connected = own == DeviceState.CLOSED;
        }
        if (connected) {
            released.copy()
                    .completeOnTimeout(null, RELEASE_MILLIS, TimeUnit.MILLISECONDS)
                    .join();
        }
        watch.ifPresent(StoreWatch::close);
    }
}
