// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.health.DomainWatch;
import dev.ringfence.hypervisor.keeper.Kept;
import dev.ringfence.memory.Descriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Starts processes of a driver domain, in the background and one at a time: every device open, every connection attached, code
 * warm where there is time for it; not yet in line.
 */
final class DriverLauncher {
    private static final long READY_SECONDS = 20;
    private static final long ATTACH_MILLIS = 10_000;

    private final String domain;
    private final DomainStarter starter;
    private final List<DeviceFile> devices;
    private final DomainWatch watch;
    private final BiConsumer<DomainProcess, DomainChannel.Request> received;
    private final Consumer<DomainProcess> died;
    private final Map<Integer, CompletableFuture<Void>> readiness = new ConcurrentHashMap<>();
    /** The newest version last. */
    private final List<DomainStarter.Program> programs = new ArrayList<>();

    private Optional<DomainProcess> underWay = Optional.empty();
    private boolean closed;

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
        this.programs.add(program);
        this.devices = List.copyOf(devices);
        this.watch = watch;
        this.received = received;
        this.died = died;
    }

    /** Which version of the driver is started now. */
    synchronized int generation() {
        return programs.size() - 1;
    }

    /** What the newest version has in front of the class path. */
    synchronized List<Path> inFront() {
        return programs.get(generation()).inFront();
    }

    /** Goes on with the version that an earlier hypervisor started. */
    synchronized void adopt(List<Path> inFront) {
        if (!inFront.equals(inFront())) {
            programs.add(programs.get(0).upgraded(inFront));
        }
    }

    /** From now on another version is started. */
    synchronized void upgrade(DomainStarter.Program program) {
        programs.add(program);
    }

    /** That version is no good. */
    synchronized void revert(int generation) {
        if (generation > 0 && generation == generation()) {
            programs.add(programs.get(generation - 1));
        }
    }

    private synchronized DomainStarter.Program program(int generation) {
        return programs.get(generation);
    }

    /**
     * Starts a process; it is dead, or about to be, when the future fails.
     *
     * @param warm another process serves meanwhile, so that there is time to warm up
     */
    CompletableFuture<Claimant> launch(
            Consumer<DomainProcess> introduce, Collection<Connection> connections, boolean warm) {
        List<Connection> known = List.copyOf(connections);
        int generation = generation();
        CompletableFuture<Claimant> launched = new CompletableFuture<>();
        Threads.daemon(domain + "-start", () -> {
            try {
                launched.complete(prepare(generation, introduce, known, warm));
            } catch (RuntimeException e) {
                launched.completeExceptionally(e);
            } finally {
                underWay(Optional.empty());
            }
        });
        return launched;
    }

    private Claimant prepare(
            int generation, Consumer<DomainProcess> introduce, List<Connection> connections, boolean warm) {
        DomainProcess process = starter.start(program(generation), this::receive, warm);
        CompletableFuture<Void> ready = new CompletableFuture<>();
        readiness.put(process.number(), ready);
        awaitDeath(
                process,
                () -> ready.completeExceptionally(
                        new ControlException(500, "domain " + domain + " died while starting")));
        underWay(Optional.of(process));
        introduce.accept(process);
        openDevices(process);
        Claimant claimant = new Claimant(process, generation);
        for (Connection connection : connections) {
            if (!claimant.attach(connection, ATTACH_MILLIS) && connection.isOpen()) {
                process.kill(KillReason.STUCK);
                throw new ControlException(
                        500, domain + " could not attach " + connection.spec().name());
            }
        }
        if (warm) {
            warmUp(process, ready);
        }
        readiness.remove(process.number());
        Processors.toForeground(process.pid());
        supervise(process, warm);
        return claimant;
    }

    private void openDevices(DomainProcess process) {
        for (DeviceFile device : devices) {
            List<Descriptor> files = device.nextForProcess();
            process.send(new Message.OpenDevice(device.description()), files);
            files.forEach(Descriptor::close);
        }
    }

    private void warmUp(DomainProcess process, CompletableFuture<Void> ready) {
        process.send(new Message.WarmUp());
        try {
            ready.orTimeout(READY_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            readiness.remove(process.number());
            process.kill(KillReason.STUCK);
            throw new ControlException(500, "domain " + domain + " did not get ready; see its log", e);
        }
    }

    private void awaitDeath(DomainProcess process, Runnable onDeath) {
        Threads.daemon(domain + "-death", () -> {
            process.pidfd().awaitDeath(-1);
            onDeath.run();
            died.accept(process);
        });
    }

    /** Goes on with a process that an earlier hypervisor has brought up; that it has died since is told like any death. */
    Claimant adopt(Kept kept) {
        DomainProcess process = starter.adopt(kept, this::receive);
        awaitDeath(process, () -> {});
        supervise(process, true);
        return new Claimant(process, generation());
    }

    private void supervise(DomainProcess process, boolean warm) {
        watch.add(new SupervisedProcess(process, warm && devices.stream().noneMatch(DeviceFile::isUserClass)));
    }

    /** Ends a process that an earlier hypervisor was about to bring up; returns once it is gone. */
    void end(Kept kept) {
        DomainProcess process = starter.adopt(kept, (from, request) -> request.answer(new Message.Failed("too late")));
        process.kill(KillReason.SHUTDOWN);
        process.pidfd().awaitDeath(-1);
        process.close();
    }

    private void receive(DomainProcess process, DomainChannel.Request request) {
        if (request.message() instanceof Message.Ready) {
            Optional.ofNullable(readiness.get(process.number())).ifPresent(ready -> ready.complete(null));
        } else {
            received.accept(process, request);
        }
    }

    private synchronized void underWay(Optional<DomainProcess> process) {
        underWay = process;
        process.filter(late -> closed).ifPresent(DriverLauncher::abandon);
    }

    private static void abandon(DomainProcess process) {
        process.expectEnd();
        process.kill(KillReason.SHUTDOWN);
    }

    /** Ends what is being started, now and later. Any thread. */
    synchronized void close() {
        closed = true;
        underWay.ifPresent(DriverLauncher::abandon);
    }
}
