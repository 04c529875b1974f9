// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.DomainOptions;
import dev.ringfence.domain.DomainRuntime;
import dev.ringfence.domain.HeirLease;
import dev.ringfence.domain.Message;
import dev.ringfence.memory.CrashPoint;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Processes;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.ring.Defect;
import dev.ringfence.ring.SuccessionRegion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process of a driver domain: first owner, standby and successor are the same code, told apart only by which of them
 * the kernel hands the leases.
 *
 * <p>The hypervisor opens the devices and attaches the connections. {@link Message.Promote} adds the store's side, which no
 * request waits for.
 */
public final class DriverProcess implements DomainRuntime.Role {
    private static final Logger LOG = LoggerFactory.getLogger(DriverProcess.class);

    private final DomainRuntime runtime;
    private final DeviceClass deviceClass;
    private final Map<String, ServedDevice> devices = new LinkedHashMap<>();
    private final Map<String, RecoveryGate> gates = new LinkedHashMap<>();
    private final Map<Integer, BackendConnection> connections = new LinkedHashMap<>();
    private final ConnectionAssembly assembly;
    private Heirship heirship = Heirship.withoutLine();
    private BackendHandshake handshake;

    private DriverProcess(DomainRuntime runtime, DeviceClass deviceClass) {
        this.runtime = runtime;
        this.deviceClass = deviceClass;
        this.assembly = new ConnectionAssembly(
                runtime.options().process(),
                runtime.options().domid(),
                runtime.hypercalls()::awaitDeathOfOwner,
                Reporter.to(runtime.hypercalls()));
    }

    /** Runs a driver domain's process until it is told to stop. */
    public static void run(String[] arguments, DeviceClass deviceClass) {
        DomainRuntime runtime = new DomainRuntime(DomainOptions.parse(arguments));
        runtime.confine();
        if (Defect.active() != Defect.NONE) {
            LOG.warn(
                    "{}: runs with the defect {}: for tests alone",
                    runtime.options().name(),
                    Defect.active());
        }
        CrashPoint.start();
        // A JVM that exits in order first waits up to 300 ms for threads in native code, as all are that wait for
        // leases.
        Runtime.getRuntime().addShutdownHook(new Thread(Processes::killSelf, "exit"));
        start(runtime, deviceClass);
        runtime.stay();
    }

    /** Begins to do what it is told. */
    static void start(DomainRuntime runtime, DeviceClass deviceClass) {
        runtime.start(new DriverProcess(runtime, deviceClass));
    }

    @Override
    public synchronized void received(DomainChannel.Request request) {
        Message message = request.message();
        if (message instanceof Message.OpenSuccession) {
            heirship = heirship(request.descriptors().get(0));
        } else if (message instanceof Message.OpenDevice open) {
            openDevice(open, request.descriptors());
        } else if (message instanceof Message.Attach attach) {
            request.answer(attach(attach, request.descriptors()));
        } else if (message instanceof Message.Detach detach) {
            detach(detach.connection());
            request.answer(new Message.Done());
        } else if (message instanceof Message.WarmUp) {
            watch();
            new Rehearsal(deviceClass.scripts(devices.values())).run();
            runtime.ready();
        } else if (message instanceof Message.AllAttached) {
            gates.values().forEach(RecoveryGate::open);
            request.answer(new Message.InLine(joinLine()));
        } else if (message instanceof Message.Promote) {
            promote();
        } else if (message instanceof Message.Misbehave misbehave) {
            Misbehaviour.order(misbehave.how());
            connections.values().forEach(BackendConnection::nudge);
        } else if (message instanceof Message.Shutdown) {
            shutdown();
        } else {
            LOG.warn("{}: ignored {}", runtime.options().name(), message);
            request.answer(new Message.Failed("not for a driver domain"));
        }
    }

    private int joinLine() {
        int thread = heirship.join();
        List<Integer> workers = connections.values().stream()
                .flatMap(connection -> connection.threads().stream())
                .toList();
        heirship.awaitParked(thread, workers);
        return thread;
    }

    private Heirship heirship(Descriptor memory) {
        SuccessionRegion region = new SuccessionRegion(SharedMemory.open(memory).window());
        region.check();
        int process = runtime.options().process();
        HeirLease lease = new HeirLease(region, process, runtime.hypercalls()::awaitDeathOfHeir);
        return Heirship.inLine(lease, Caution.of(region, process));
    }

    private void openDevice(Message.OpenDevice open, List<Descriptor> descriptors) {
        ServedDevice device = deviceClass.open(open.device(), descriptors);
        devices.put(open.device().name(), device);
        gates.put(open.device().name(), new RecoveryGate());
    }

    /** A new hypervisor attaches everything again: what is here already stays as it is. */
    private Message attach(Message.Attach attach, List<Descriptor> descriptors) {
        BackendConnection known = connections.get(attach.connection());
        if (known != null) {
            descriptors.forEach(Descriptor::close);
            return new Message.Attached(known.threads());
        }
        ConnectionSpec spec = attach.spec();
        ServedDevice device = devices.get(spec.device());
        BackendConnection connection =
                assembly.assemble(attach.connection(), spec, attach.ringFrames(), device, heirship, descriptors);
        connections.put(attach.connection(), connection);
        connection.end().thenRun(() -> ended(attach.connection(), connection));
        connection.start(gates.get(spec.device()));
        return new Message.Attached(connection.threads());
    }

    private void ended(int number, BackendConnection connection) {
        BackendHandshake told;
        synchronized (this) {
            connections.remove(number);
            told = handshake;
        }
        // Without our lock: a step of the handshake holds its own and asks us for connections.
        if (told != null) {
            told.ended(connection);
        }
    }

    /** The connection of a guest's device in this process. */
    synchronized Optional<BackendConnection> connection(String name) {
        return connections.values().stream()
                .filter(connection -> connection.spec().name().equals(name))
                .findFirst();
    }

    private void detach(int number) {
        BackendConnection connection = connections.get(number);
        if (connection != null) {
            connection.close();
        }
    }

    private void watch() {
        if (handshake == null) {
            handshake = new BackendHandshake(runtime, deviceClass.type(), devices, this);
            handshake.watch();
        }
    }

    private void promote() {
        heirship.promoted();
        watch();
        handshake.act();
    }

    /**
     * Between two requests nothing is lost, and within one neither: what is unfinished stays in the journals, what is
     * acknowledged is with the kernel.
     */
    private void shutdown() {
        LOG.info("{}: stopping", runtime.options().name());
        Processes.killSelf();
    }
}
