// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.guest;

import dev.ringfence.domain.HypercallException;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.domain.Message;
import dev.ringfence.frontend.net.XenNetFrontend;
import dev.ringfence.frontend.tap.TapGateway;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreClient;
import dev.ringfence.store.StoreException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A guest's NICs, as the store lists them; each with the TAP device that a program puts in its place. Guarded by itself. */
final class GuestNics {
    private static final Logger LOG = LoggerFactory.getLogger(GuestNics.class);

    private final Hypercalls hypercalls;
    private final StoreClient store;
    private final String root;
    private final ProgramTable programs;
    private final Map<String, XenNetFrontend> nics = new LinkedHashMap<>();
    private final Map<String, TapGateway> gateways = new LinkedHashMap<>();

    GuestNics(Hypercalls hypercalls, StoreClient store, String home, ProgramTable programs) {
        this.hypercalls = hypercalls;
        this.store = store;
        this.root = home + "/device/vif";
        this.programs = programs;
    }

    void watch() {
        store.watch(root, "nics", (path, token) -> discover());
        discover();
    }

    private void discover() {
        try {
            store.directory(root).forEach(this::tryToConnect);
        } catch (StoreException e) {
            LOG.warn("NICs: {}", e.getMessage());
        }
    }

    private void tryToConnect(String handle) {
        try {
            connect(root + "/" + handle);
        } catch (StoreException | HypercallException | IllegalArgumentException e) {
            LOG.warn("NIC {}: {}", handle, e.getMessage());
        }
    }

    private synchronized void connect(String frontend) {
        String backend = store.read(frontend + "/backend").orElse("");
        String as = backend.isEmpty() ? "" : store.read(backend + "/dev").orElse("");
        Optional<DeviceState> state = store.read(frontend + "/state").map(DeviceState::parse);
        if (as.isEmpty() || nics.containsKey(as) || !state.equals(Optional.of(DeviceState.INITIALISING))) {
            return;
        }
        int pairs = store.read(frontend + "/queues").map(Integer::parseInt).orElse(1);
        XenNetFrontend nic = new XenNetFrontend(hypercalls, store, frontend, pairs);
        nics.put(as, nic);
        nic.handshake().connected().thenRun(() -> open(as, nic));
        nic.handshake().closed().thenRun(() -> withdraw(as, nic));
        nic.handshake().start();
    }

    /** Not on the store's thread: making an interface is the hypervisor's work, and takes a call. */
    private void open(String as, XenNetFrontend nic) {
        if (programs.isTapOf(as)) {
            Thread opening = new Thread(() -> start(as, nic), as + "-open");
            opening.setDaemon(true);
            opening.start();
        }
    }

    private void start(String as, XenNetFrontend nic) {
        try {
            List<Descriptor> taps = hypercalls.openTap(as, nic.info().mtu());
            synchronized (this) {
                gateways.put(as, TapGateway.start(nic, taps, as));
            }
            hypercalls.report(new Message.Report("tap", as + " " + nic.info().addressText(), Map.of()));
        } catch (HypercallException e) {
            LOG.error("{}: {}", as, e.getMessage());
            hypercalls.report(new Message.Report("tap-failed", e.getMessage(), Map.of()));
        }
    }

    private synchronized void withdraw(String as, XenNetFrontend nic) {
        nics.remove(as, nic);
        TapGateway gateway = gateways.remove(as);
        Thread end = new Thread(
                () -> {
                    if (gateway != null) {
                        gateway.close();
                    }
                    nic.free();
                },
                as + "-withdraw");
        end.setDaemon(true);
        end.start();
    }

    /** The NIC of that name, or empty. */
    synchronized Optional<XenNetFrontend> nic(String as) {
        return Optional.ofNullable(nics.get(as));
    }

    void close() {
        List<XenNetFrontend> open;
        synchronized (this) {
            open = List.copyOf(nics.values());
        }
        open.forEach(XenNetFrontend::close);
    }
}
