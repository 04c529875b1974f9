// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DomainRuntime;
import dev.ringfence.domain.HypercallException;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreClient;
import dev.ringfence.store.StoreError;
import dev.ringfence.store.StoreException;
import dev.ringfence.store.StoreWatch;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The back-end's side of the xenbus handshake, for all devices of this driver domain.
 *
 * <pre>
 *   front-end            back-end
 *   Initialising    -->  lets go of what it may have left, writes its features, InitWait
 *   Initialised     -->  reads rings and channels, connects, writes geometry, Connected
 *   Connected            serves; with no connection to serve (its journal was lost) back to InitWait: the front-end
 *                        then publishes its rings again, with everything in them that has not been answered
 *   Closing         -->  lets go, Closing
 *   Closed, gone    -->  lets go, Closed
 * </pre>
 *
 * <p>Each step follows from the two states in the store alone, so that a successor takes it up wherever its predecessor
 * left it. A standby reads along and does nothing. Steps run on the store client's event thread, and at first on one of their own, one at a time.
 */
final class BackendHandshake {
    private static final Logger LOG = LoggerFactory.getLogger(BackendHandshake.class);

    private static final Set<DeviceState> GONE = Set.of(DeviceState.CLOSED, DeviceState.UNKNOWN);
    private static final long NUDGE_MILLIS = 20;

    private final Hypercalls hypercalls;
    private final StoreClient store;
    private final String root;
    private final Map<String, ServedDevice> devices;
    private final DriverProcess process;
    private final Map<String, StoreWatch> watches = new ConcurrentHashMap<>();
    private final Map<String, String> frontends = new ConcurrentHashMap<>();
    private volatile boolean acting;

    BackendHandshake(DomainRuntime runtime, String type, Map<String, ServedDevice> devices, DriverProcess process) {
        this.hypercalls = runtime.hypercalls();
        this.store = new StoreClient(runtime.hypercalls().store());
        this.root = "/local/domain/" + runtime.options().domid() + "/backend/" + type;
        this.devices = devices;
        this.process = process;
    }

    /** Watches, as a standby does: once it has taken over, there is little left to do. */
    void watch() {
        store.watch(root, "backend", (path, token) -> scan());
    }

    /** From now on this process takes the steps, and at once those that its predecessor could not. */
    void act() {
        acting = true;
        // A step may ask the hypervisor to attach us, which we are told of on our caller's thread.
        Thread first = new Thread(
                () -> frontends.forEach((name, frontend) -> attempt(name, () -> step(name, frontend))), "promotion");
        first.setDaemon(true);
        first.start();
    }

    /** A connection this process served has ended; the guest shall learn of it from the store. Any thread. */
    void ended(BackendConnection connection) {
        if (!acting) {
            return;
        }
        String name = connection.spec().name();
        if (!connection.violation().isEmpty()) {
            attempt(name, () -> refuse(name, connection.violation()));
        } else if (connection.isLost()) {
            attempt(name, () -> step(name, frontends.get(name)));
        }
    }

    /** Unless the front-end has let go by itself meanwhile, or even begun anew. */
    private synchronized void refuse(String name, String why) {
        String backend = root + "/" + name;
        DeviceState own = state(backend);
        DeviceState front = state(frontends.get(name));
        // A step that came between its end and this has taken it for a lost one.
        boolean offeredAnew = own == DeviceState.INIT_WAIT && front == DeviceState.CONNECTED;
        if ((own == DeviceState.CONNECTED || offeredAnew)
                && process.connection(name).isEmpty()) {
            boolean gone = GONE.contains(front);
            store.write(backend + "/error", why);
            store.write(backend + "/state", (gone ? DeviceState.CLOSED : DeviceState.CLOSING).text());
        }
    }

    private void scan() {
        attempt(root, () -> {
            for (String frontend : store.directory(root)) {
                for (String handle : store.directory(root + "/" + frontend)) {
                    discover(frontend + "/" + handle);
                }
            }
        });
    }

    private void discover(String name) {
        String frontend = store.read(root + "/" + name + "/frontend").orElse("");
        if (!frontend.isEmpty() && !watches.containsKey(name)) {
            frontends.put(name, frontend);
            // The watch fires once at registration, which makes the first step.
            watches.put(
                    name,
                    store.watch(frontend + "/state", name, (path, token) -> attempt(name, () -> step(name, frontend))));
        }
    }

    private void attempt(String name, Runnable step) {
        try {
            step.run();
        } catch (StoreException | HypercallException e) {
            LOG.warn("{}: {}", name, e.getMessage());
        }
    }

    private DeviceState state(String directory) {
        try {
            return store.read(directory + "/state").map(DeviceState::parse).orElse(DeviceState.UNKNOWN);
        } catch (StoreException e) {
            if (e.error() == StoreError.EACCES) {
                return DeviceState.UNKNOWN; // what was removed is not ours to see any more
            }
            throw e;
        }
    }

    private synchronized void step(String name, String frontend) {
        String backend = root + "/" + name;
        DeviceState front = state(frontend);
        DeviceState own = state(backend);
        LOG.debug("{}: front-end {}, back-end {}", name, front, own);
        if (!acting) {
            return;
        }
        switch (front) {
            case INITIALISING -> {
                close(name, backend, own);
                if (!store.read(backend + "/online").orElse("0").equals("0")) {
                    advertise(name, backend);
                }
            }
            case INITIALISED, CONNECTED -> {
                if (own == DeviceState.INIT_WAIT && front == DeviceState.INITIALISED) {
                    connect(name, backend, frontend);
                } else if (own == DeviceState.CONNECTED
                        && process.connection(name).isEmpty()) {
                    advertise(name, backend);
                }
            }
            case CLOSING -> close(name, backend, DeviceState.CLOSING);
            case CLOSED, UNKNOWN -> close(name, backend, DeviceState.CLOSED);
            default -> LOG.debug("{}: nothing to do for front-end state {}", name, front);
        }
    }

    private ServedDevice device(String backend) {
        String device = store.read(backend + "/device").orElse("");
        ServedDevice served = devices.get(device);
        if (served == null) {
            throw new HypercallException("no such device: " + device);
        }
        return served;
    }

    private boolean readOnly(String backend) {
        return store.read(backend + "/mode").orElse("r").equals("r");
    }

    private void advertise(String name, String backend) {
        store.remove(backend + "/error");
        device(backend)
                .features(name, readOnly(backend))
                .forEach((key, value) -> store.write(backend + "/" + key, value));
        store.write(backend + "/state", DeviceState.INIT_WAIT.text());
    }

    private void connect(String name, String backend, String frontend) {
        ServedDevice device = device(backend);
        ConnectionSpec spec;
        try {
            spec = read(name, backend, device.rings(new FrontendKeys(store, name, frontend)));
            hypercalls.connect(spec);
        } catch (IllegalArgumentException | HypercallException e) {
            LOG.warn("{}: refused to connect: {}", name, e.getMessage());
            store.write(backend + "/error", e.getMessage());
            store.write(backend + "/state", DeviceState.CLOSING.text());
            return;
        }
        device.properties(spec.readOnly()).forEach((key, value) -> store.write(backend + "/" + key, value));
        store.write(backend + "/state", DeviceState.CONNECTED.text());
    }

    private ConnectionSpec read(String name, String backend, ServedDevice.Rings rings) {
        int slash = name.indexOf('/');
        return new ConnectionSpec(
                Integer.parseInt(name.substring(0, slash)),
                Integer.parseInt(name.substring(slash + 1)),
                store.read(backend + "/device").orElse(""),
                rings.slots(),
                readOnly(backend),
                rings.queues(),
                rings.receive());
    }

    private void close(String name, String backend, DeviceState state) {
        process.connection(name).ifPresent(BackendHandshake::end);
        if (!store.exists(backend + "/state")) {
            Optional.ofNullable(watches.remove(name)).ifPresent(StoreWatch::close);
        } else if (state(backend) != state) {
            store.write(backend + "/state", state.text());
        }
    }

    /** A guest can open the other end of its bell and take what rings from under us: so ring until it is heard. */
    private static void end(BackendConnection connection) {
        connection.close();
        CompletableFuture<Void> end = connection.end();
        while (!end.isDone()) {
            end.copy()
                    .completeOnTimeout(null, NUDGE_MILLIS, TimeUnit.MILLISECONDS)
                    .join();
            if (!end.isDone()) {
                connection.nudge();
            }
        }
    }
}
