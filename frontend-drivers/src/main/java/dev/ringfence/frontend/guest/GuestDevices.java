// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.guest;

import dev.ringfence.domain.DeviceKind;
import dev.ringfence.domain.HypercallException;
import dev.ringfence.frontend.GuestFrontend;
import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreClient;
import dev.ringfence.store.StoreException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A guest's devices of one kind, as the store lists them: new ones are connected, those that are gone forgotten. Guarded by
 * itself; observers are called on the store client's event thread.
 */
final class GuestDevices<F extends GuestFrontend> {
    private static final Logger LOG = LoggerFactory.getLogger(GuestDevices.class);

    private final StoreClient store;
    private final DeviceKind kind;
    private final String root;
    private final Maker<F> maker;
    private final Observer<F> observer;
    private final Map<String, F> devices = new LinkedHashMap<>();
    /** Those of them that programs have. */
    private final Set<F> taken = new HashSet<>();

    /** Makes a front-end that is not started yet. */
    @FunctionalInterface
    interface Maker<F> {
        /**
         * @param frontend the device's directory in the store
         * @param queues how many to open
         */
        F make(String frontend, int queues);
    }

    /** Hears of devices that come and go. */
    interface Observer<F> {
        default void connected(String as, F device) {}

        /** On a thread of its own; before the device is let go of. */
        default void withdrawn(String as, F device) {}
    }

    GuestDevices(StoreClient store, String home, DeviceKind kind, Maker<F> maker, Observer<F> observer) {
        this.store = store;
        this.kind = kind;
        this.root = home + "/device/" + kind.type();
        this.maker = maker;
        this.observer = observer;
    }

    void watch() {
        store.watch(root, kind.type(), (path, token) -> discover());
        discover();
    }

    private void discover() {
        try {
            store.directory(root).forEach(this::tryToConnect);
        } catch (StoreException e) {
            LOG.warn("{}: {}", root, e.getMessage());
        }
    }

    private void tryToConnect(String handle) {
        try {
            connect(root + "/" + handle);
        } catch (StoreException | HypercallException | IllegalArgumentException e) {
            LOG.warn("{} {}: {}", kind.noun(), handle, e.getMessage());
        }
    }

    private synchronized void connect(String frontend) {
        String backend = store.read(frontend + "/backend").orElse("");
        String as = backend.isEmpty() ? "" : store.read(backend + "/dev").orElse("");
        if (as.isEmpty() || devices.containsKey(as) || !isNew(frontend)) {
            return;
        }
        int queues = store.read(frontend + "/queues").map(Integer::parseInt).orElse(1);
        F device = maker.make(frontend, queues);
        devices.put(as, device);
        device.handshake().connected().thenRun(() -> observer.connected(as, device));
        device.handshake().closed().thenRun(() -> withdraw(as, device));
        device.handshake().start();
    }

    /** One that we have closed, or that is being taken away, is still listed for a while. */
    private boolean isNew(String frontend) {
        return store.read(frontend + "/state").map(DeviceState::parse).equals(Optional.of(DeviceState.INITIALISING));
    }

    private void withdraw(String as, F device) {
        boolean inUse;
        synchronized (this) {
            devices.remove(as, device);
            inUse = taken.remove(device);
        }
        // Whoever uses it must run on to see what is in flight fail; the observer waits for that.
        new Thread(() -> free(as, device, inUse), as + "-withdraw").start();
    }

    /** A program that has the device may look at its memory at any time; then it stays for good. */
    private void free(String as, F device, boolean inUse) {
        observer.withdrawn(as, device);
        if (!inUse) {
            device.free();
        }
    }

    /**
     * A connected device, for a program that is its only user; waits until it is.
     *
     * @throws IllegalArgumentException when the guest has none of that name
     */
    F take(String as) {
        F device;
        synchronized (this) {
            device = devices.get(as);
            if (device == null) {
                throw new IllegalArgumentException("this guest has no " + kind.noun() + " of that name: as=" + as);
            }
            taken.add(device);
        }
        device.handshake().connected().join();
        return device;
    }

    void close() {
        List<F> open;
        synchronized (this) {
            open = List.copyOf(devices.values());
        }
        open.forEach(GuestFrontend::close);
    }
}
