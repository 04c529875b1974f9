// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.health.DomainWatch;
import dev.ringfence.memory.Descriptor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Brings up a process of a driver domain: every device open, every connection attached, ready to serve or to wait. */
final class DriverLauncher {
    private static final long READY_SECONDS = 20;

    private final String domain;
    private final DomainStarter starter;
    private final DomainStarter.Program program;
    private final List<DeviceFile> devices;
    private final DomainWatch watch;
    private final BiConsumer<DomainProcess, DomainChannel.Request> received;
    private final Consumer<DomainProcess> died;
    private final Map<Integer, CompletableFuture<Void>> readiness = new ConcurrentHashMap<>();

    /** A process that waits for leases, or will have them at once, and the threads it does that with, by connection. */
    record Waiting(DomainProcess process, Map<Integer, List<Integer>> threads) {}

    /**
     * @param watch told of every process that is ready
     * @param received the processes' messages, on their channels' threads
     * @param died a process is gone; on a thread of its own
     */
    DriverLauncher(
            String domain,
            DomainStarter starter,
            DomainStarter.Program program,
            List<DeviceFile> devices,
            DomainWatch watch,
            BiConsumer<DomainProcess, DomainChannel.Request> received,
            Consumer<DomainProcess> died) {
        this.domain = domain;
        this.starter = starter;
        this.program = program;
        this.devices = List.copyOf(devices);
        this.watch = watch;
        this.received = received;
        this.died = died;
    }

    /** @throws ControlException when it did not get ready; it is dead then, or about to be */
    Waiting launch(Collection<Connection> connections, boolean asStandby) {
        DomainProcess process = starter.start(program, this::receive);
        CompletableFuture<Void> ready = new CompletableFuture<>();
        readiness.put(process.number(), ready);
        Threads.daemon(domain + "-death", () -> {
            process.pidfd().awaitDeath(-1);
            ready.completeExceptionally(new ControlException(500, "domain " + domain + " died while starting"));
            died.accept(process);
        });
        for (DeviceFile device : devices) {
            Optional<Descriptor> file = device.nextForProcess();
            process.send(
                    new Message.OpenDevice(device.description()), file.stream().toList());
            file.ifPresent(Descriptor::close);
        }
        Map<Integer, List<Integer>> threads = new LinkedHashMap<>();
        connections.forEach(connection -> threads.put(connection.number(), attach(connection, process)));
        process.send(new Message.AllAttached(asStandby));
        try {
            ready.orTimeout(READY_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            process.kill(KillReason.STUCK);
            throw new ControlException(500, "domain " + domain + " did not get ready; see its log", e);
        } finally {
            readiness.remove(process.number());
        }
        watch.add(new SupervisedProcess(process, asStandby && devices.stream().noneMatch(DeviceFile::isUserClass)));
        return new Waiting(process, threads);
    }

    private void receive(DomainProcess process, DomainChannel.Request request) {
        if (request.message() instanceof Message.Ready) {
            Optional.ofNullable(readiness.get(process.number())).ifPresent(ready -> ready.complete(null));
        } else {
            received.accept(process, request);
        }
    }

    /** Attaches one connection; the threads that hold its leases or wait for them. */
    List<Integer> attach(Connection connection, DomainProcess process) {
        Message answer = connection.attach(process);
        if (answer instanceof Message.Attached attached) {
            return attached.threads();
        }
        process.kill(KillReason.STUCK);
        throw new ControlException(
                500, domain + " could not attach " + connection.spec().name() + ": " + answer);
    }
}
