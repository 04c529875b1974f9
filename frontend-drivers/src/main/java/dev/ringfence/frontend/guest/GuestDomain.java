// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.guest;

import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.DomainOptions;
import dev.ringfence.domain.DomainRuntime;
import dev.ringfence.domain.HypercallException;
import dev.ringfence.domain.Message;
import dev.ringfence.frontend.block.BlockFrontend;
import dev.ringfence.frontend.block.XenBlockFrontend;
import dev.ringfence.frontend.nbd.NbdEndpoint;
import dev.ringfence.frontend.nbd.NbdGateway;
import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreClient;
import dev.ringfence.store.StoreException;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A guest's process: connects the devices the store lists for it, as they come and go, and runs its programs.
 *
 * <p>Devices appear on the store client's event thread; what waits there for nothing but the store runs there, programs on
 * threads of their own.
 */
public final class GuestDomain implements DomainRuntime.Role {
    private static final Logger LOG = LoggerFactory.getLogger(GuestDomain.class);

    private final DomainRuntime runtime;
    private final StoreClient store;
    private final String home;
    private final Map<String, XenBlockFrontend> disks = new LinkedHashMap<>();
    /** Those of them that programs have. */
    private final Set<XenBlockFrontend> taken = new HashSet<>();

    private final Map<String, NbdGateway> gateways = new LinkedHashMap<>();
    private final ProgramTable programs;
    private final GuestNics nics;

    private GuestDomain(DomainRuntime runtime) {
        this.runtime = runtime;
        this.store = new StoreClient(runtime.hypercalls().store());
        this.home = "/local/domain/" + runtime.options().domid();
        this.programs = new ProgramTable(store, home);
        this.nics = new GuestNics(runtime.hypercalls(), store, home, programs);
    }

    public static void main(String[] arguments) {
        DomainRuntime runtime = new DomainRuntime(DomainOptions.parse(arguments));
        GuestDomain guest = new GuestDomain(runtime);
        runtime.start(guest);
        guest.boot();
        runtime.stay();
    }

    private void boot() {
        store.watch(home + "/device/vbd", "devices", (path, token) -> discover());
        discover();
        nics.watch();
        programs.javaPrograms().forEach(program -> new Thread(() -> run(program), program.className()).start());
        runtime.ready();
    }

    /** Handles of devices: new ones are connected, those that are gone forgotten. On the event thread. */
    private void discover() {
        try {
            store.directory(home + "/device/vbd").forEach(this::tryToConnect);
        } catch (StoreException e) {
            LOG.warn("devices: {}", e.getMessage());
        }
    }

    private void tryToConnect(String handle) {
        try {
            connect(handle);
        } catch (StoreException | HypercallException | IllegalArgumentException e) {
            LOG.warn("device {}: {}", handle, e.getMessage());
        }
    }

    private void connect(String handle) {
        String frontend = home + "/device/vbd/" + handle;
        String backend = store.read(frontend + "/backend").orElse("");
        String as = backend.isEmpty() ? "" : store.read(backend + "/dev").orElse("");
        synchronized (disks) {
            if (as.isEmpty() || disks.containsKey(as) || !isNew(frontend)) {
                return;
            }
            int queues = store.read(frontend + "/queues").map(Integer::parseInt).orElse(1);
            XenBlockFrontend disk = new XenBlockFrontend(runtime.hypercalls(), store, frontend, queues);
            disks.put(as, disk);
            disks.notifyAll();
            disk.handshake().connected().thenRun(() -> export(as, disk));
            disk.handshake().closed().thenRun(() -> withdraw(as, disk));
            disk.handshake().start();
        }
    }

    /** One that we have closed, or that is being taken away, is still listed for a while. */
    private boolean isNew(String frontend) {
        return store.read(frontend + "/state").map(DeviceState::parse).equals(Optional.of(DeviceState.INITIALISING));
    }

    private void export(String as, BlockFrontend disk) {
        for (ProgramTable.Nbd program : programs.nbdOf(as)) {
            try {
                NbdGateway gateway = NbdGateway.start(disk, NbdEndpoint.parse(program.listen()), as);
                synchronized (gateways) {
                    gateways.put(as, gateway);
                }
                report("nbd", gateway.uri(), Map.of());
            } catch (IOException | IllegalArgumentException e) {
                LOG.error("{}: not exported at {}: {}", as, program.listen(), e.getMessage());
                report("nbd-failed", program.listen() + ": " + e.getMessage(), Map.of());
            }
        }
    }

    private void withdraw(String as, XenBlockFrontend disk) {
        NbdGateway gateway;
        synchronized (gateways) {
            gateway = gateways.remove(as);
        }
        boolean inUse;
        synchronized (disks) {
            disks.remove(as, disk);
            inUse = taken.remove(disk);
        }
        // The gateway's loops must run to fail what is in flight; closing waits for them.
        new Thread(() -> free(gateway, disk, inUse), as + "-withdraw").start();
    }

    /** A program that has the disk may look at its memory at any time; then it stays for good. */
    private static void free(NbdGateway gateway, XenBlockFrontend disk, boolean inUse) {
        if (gateway != null) {
            gateway.close();
        }
        if (!inUse) {
            disk.free();
        }
    }

    private void run(ProgramTable.Java program) {
        try {
            Class.forName(program.className())
                    .asSubclass(GuestProgram.class)
                    .getConstructor()
                    .newInstance()
                    .run(new Context(program.arguments()));
            report("program-ended", program.className(), Map.of());
        } catch (Exception e) {
            LOG.error("{} failed", program.className(), e);
            report("program-failed", program.className() + ": " + e, Map.of());
        }
    }

    private void report(String kind, String message, Map<String, Long> figures) {
        runtime.hypercalls().report(new Message.Report(kind, message, figures));
    }

    @Override
    public void received(DomainChannel.Request request) {
        if (request.message() instanceof Message.Shutdown) {
            shutdown();
        } else {
            LOG.warn("ignored {}", request.message());
            request.answer(new Message.Failed("not for a guest"));
        }
    }

    /** Gateways first, so that what they have taken is answered; then the disks. */
    private void shutdown() {
        synchronized (gateways) {
            gateways.values().forEach(NbdGateway::close);
        }
        List<XenBlockFrontend> open;
        synchronized (disks) {
            open = List.copyOf(disks.values());
        }
        open.forEach(XenBlockFrontend::close);
        nics.close();
        System.exit(0);
    }

    private XenBlockFrontend take(String as) {
        synchronized (disks) {
            if (!disks.containsKey(as)) {
                throw new IllegalArgumentException("this guest has no disk of that name: as=" + as);
            }
            taken.add(disks.get(as));
            return disks.get(as);
        }
    }

    private final class Context implements GuestContext {
        private final List<String> arguments;

        Context(List<String> arguments) {
            this.arguments = arguments;
        }

        @Override
        public List<String> arguments() {
            return arguments;
        }

        @Override
        public BlockFrontend disk(String as) {
            XenBlockFrontend disk = take(as);
            CompletableFuture<Void> connected = disk.handshake().connected();
            connected.join();
            return disk;
        }

        @Override
        public void report(String kind, String message, Map<String, Long> figures) {
            GuestDomain.this.report(kind, message, figures);
        }
    }
}
