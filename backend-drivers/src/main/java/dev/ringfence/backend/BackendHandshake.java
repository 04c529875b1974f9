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
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The back-end's side of the xenbus handshake, for all devices of this driver domain.
 *
 * <pre>
 *   front-end            back-end
 *   Initialising    -->  writes its features, InitWait
 *   Initialised     -->  reads rings and channels, connects, writes geometry, Connected
 *   Connected            serves; with no connection to serve (its journal was lost) back to InitWait: the front-end
 *                        then publishes its rings again, with everything in them that has not been answered
 *   Closing         -->  lets go, Closing
 *   Closed, gone    -->  lets go, Closed
 * </pre>
 *
 * <p>Each step follows from the two states in the store alone, so that a successor takes it up wherever its predecessor
 * left it. All steps run on the store client's event thread.
 */
final class BackendHandshake {
    private static final Logger LOG = LoggerFactory.getLogger(BackendHandshake.class);

    private final Hypercalls hypercalls;
    private final StoreClient store;
    private final String root;
    private final Map<String, ServedDevice> devices;
    private final DriverProcess process;
    private final Set<String> watched = new HashSet<>();
    private final Map<String, String> frontends = new ConcurrentHashMap<>();

    BackendHandshake(DomainRuntime runtime, String type, Map<String, ServedDevice> devices, DriverProcess process) {
        this.hypercalls = runtime.hypercalls();
        this.store = new StoreClient(runtime.hypercalls().store());
        this.root = "/local/domain/" + runtime.options().domid() + "/backend/" + type;
        this.devices = devices;
        this.process = process;
    }

    void start() {
        store.watch(root, "backend", (path, token) -> scan());
    }

    /** A connection this process served has ended; the guest shall learn of it from the store. Any thread. */
    void ended(BackendConnection connection) {
        String backend = root + "/" + connection.spec().name();
        if (!connection.violation().isEmpty()) {
            attempt(backend, () -> {
                store.write(backend + "/error", connection.violation());
                store.write(backend + "/state", DeviceState.CLOSING.text());
            });
        } else if (connection.isLost()) {
            attempt(
                    backend,
                    () -> step(
                            connection.spec().name(),
                            frontends.get(connection.spec().name())));
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
        if (!frontend.isEmpty() && watched.add(name)) {
            frontends.put(name, frontend);
            // The watch fires once at registration, which makes the first step.
            store.watch(frontend + "/state", name, (path, token) -> attempt(name, () -> step(name, frontend)));
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
        switch (front) {
            case INITIALISING -> {
                if (own != DeviceState.CONNECTED && process.connection(name).isEmpty()) {
                    advertise(backend);
                }
            }
            case INITIALISED, CONNECTED -> {
                if (own == DeviceState.INIT_WAIT && front == DeviceState.INITIALISED) {
                    connect(name, backend, frontend);
                } else if (own == DeviceState.CONNECTED
                        && process.connection(name).isEmpty()) {
                    advertise(backend);
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

    private void advertise(String backend) {
        device(backend).features(readOnly(backend)).forEach((key, value) -> store.write(backend + "/" + key, value));
        store.write(backend + "/state", DeviceState.INIT_WAIT.text());
    }

    private void connect(String name, String backend, String frontend) {
        ServedDevice device = device(backend);
        ConnectionSpec spec;
        try {
            spec = new FrontendKeys(store, frontend, device)
                    .read(name, store.read(backend + "/device").orElse(""), readOnly(backend));
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

    private void close(String name, String backend, DeviceState state) {
        process.connection(name).ifPresent(connection -> {
            connection.close();
            connection.end().join();
        });
        if (store.read(backend + "/state").isPresent() && state(backend) != state) {
            store.write(backend + "/state", state.text());
        } else if (store.read(backend + "/state").isEmpty()) {
            watched.remove(name);
        }
    }
}
