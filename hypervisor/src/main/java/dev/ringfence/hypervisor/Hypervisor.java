// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.ConnectionStatus;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.KillMethod;
import dev.ringfence.hypervisor.control.MachineControl;
import dev.ringfence.hypervisor.control.MachineEvent;
import dev.ringfence.hypervisor.control.MachineStatus;
import dev.ringfence.hypervisor.control.RecoveryStatus;
import dev.ringfence.hypervisor.control.RestartRequest;
import dev.ringfence.hypervisor.control.RunningMachine;
import dev.ringfence.store.DeviceState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A machine that runs. Built by {@link MachineBuilder}; commanded through {@link MachineControl}. */
final class Hypervisor implements RunningMachine, MachineControl {
    private final MachineParts parts;
    private final EventLog events;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    Hypervisor(MachineParts parts) {
        this.parts = parts;
        this.events = parts.events();
    }

    @Override
    public MachineControl control() {
        return this;
    }

    @Override
    public int awaitExit() {
        return exit.join();
    }

    @Override
    public MachineStatus status() {
        List<DomainStatus> domains = new ArrayList<>();
        parts.drivers().forEach(driver -> domains.add(status(driver)));
        parts.guests().forEach(guest -> domains.add(status(guest)));
        List<ConnectionStatus> connections = new ArrayList<>();
        for (Guest guest : parts.guests()) {
            guest.devices().forEach(device -> connections.add(status(guest, device)));
        }
        return new MachineStatus(
                parts.file().machine(),
                ProcessHandle.current().pid(),
                parts.directory().path().toString(),
                System.currentTimeMillis() - parts.startedMillis(),
                domains,
                connections);
    }

    private DomainStatus status(DriverDomain driver) {
        DriverDomain.Snapshot now = driver.snapshot();
        ProcessFigures figures = ProcessFigures.of(now.pid());
        return new DomainStatus(
                driver.spec().name(),
                driver.domid(),
                "driver",
                now.state(),
                now.pid(),
                driver.incarnation(),
                now.standbys(),
                figures.residentBytes(),
                figures.cpuMillis(),
                parts.sandboxKind(),
                now.reason(),
                figures.descriptors(),
                driver.recovery());
    }

    private DomainStatus status(Guest guest) {
        ProcessFigures figures = ProcessFigures.of(guest.pid());
        return new DomainStatus(
                guest.spec().name(),
                guest.domid(),
                "guest",
                guest.state(),
                guest.pid(),
                1,
                List.of(),
                figures.residentBytes(),
                figures.cpuMillis(),
                parts.sandboxKind(),
                "",
                figures.descriptors(),
                RecoveryStatus.NONE);
    }

    private ConnectionStatus status(Guest guest, GuestDevice device) {
        DeviceState state = parts.toolstack().backendState(device);
        return new ConnectionStatus(
                guest.spec().name(),
                device.spec().as(),
                device.spec().disk().toString(),
                state.word(),
                device.spec().queues(),
                device.spec().mode().letter(),
                parts.deviceBytes(device.spec().disk()),
                device.account().usage());
    }

    @Override
    public void kill(String domain, KillMethod how) {
        DomainProcess process =
                process(domain).orElseThrow(() -> new ControlException(409, domain + " has no process now"));
        events.add("kill", domain, how.word() + " pid " + process.pid());
        driver(domain).ifPresentOrElse(driver -> driver.order(process), process::commandedToFail);
        switch (how) {
            case KILL -> process.kill(KillReason.COMMAND);
            case STOP -> process.stop();
            default -> process.send(new Message.Misbehave(how.word()));
        }
    }

    @Override
    public void restart(String domain, RestartRequest request) {
        DriverDomain driver =
                driver(domain).orElseThrow(() -> new ControlException(404, "no such driver domain: " + domain));
        for (Path element : request.classPath()) {
            if (!element.isAbsolute() || !Files.isReadable(element)) {
                throw new ControlException(400, "not an absolute path of something readable: " + element);
            }
        }
        events.add("restart", domain, request.upgrade() ? "upgrade" : "");
        if (driver.restart(request)) {
            parts.replug(driver.domid());
        }
    }

    private Optional<DriverDomain> driver(String name) {
        return parts.drivers().stream()
                .filter(driver -> driver.spec().name().equals(name))
                .findFirst();
    }

    private Optional<DomainProcess> process(String domain) {
        Optional<DriverDomain> driver = driver(domain);
        if (driver.isPresent()) {
            return driver.get().owner();
        }
        for (Guest guest : parts.guests()) {
            if (guest.spec().name().equals(domain)) {
                return guest.process();
            }
        }
        throw new ControlException(404, "no such domain: " + domain);
    }

    @Override
    public void attach(String guest, String as) {
        Guest into = guest(guest);
        if (into.device(as).isPresent()) {
            throw new ControlException(409, guest + " has " + as + " already");
        }
        if (!into.state().equals("running")) {
            throw new ControlException(409, guest + " is " + into.state());
        }
        GuestDevice device = parts.newDevice(into, as)
                .orElseThrow(() -> new ControlException(404, "the machine file gives " + guest + " no " + as));
        String domain = device.spec().disk().domain();
        if (driver(domain).orElseThrow().snapshot().state().equals("quarantined")) {
            throw new ControlException(409, domain + " is quarantined; lift that with: ringfence restart " + domain);
        }
        parts.plug(into, device);
        if (!parts.toolstack().awaitFrontend(device, List.of(DeviceState.CONNECTED))) {
            throw new ControlException(
                    500,
                    as + " did not connect: "
                            + parts.toolstack().backendError(device).orElse("no reason given"));
        }
        events.add("attached", guest, as);
    }

    @Override
    public void detach(String guest, String as) {
        Guest from = guest(guest);
        GuestDevice device = from.device(as).orElseThrow(() -> new ControlException(404, guest + " has no " + as));
        boolean closed = parts.toolstack().unplug(device);
        from.remove(device);
        events.add("detached", guest, as);
        if (!closed) {
            throw new ControlException(500, as + " did not close in time; it was taken away all the same");
        }
    }

    private Guest guest(String name) {
        return parts.guests().stream()
                .filter(guest -> guest.spec().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ControlException(404, "no such guest: " + name));
    }

    @Override
    public void shutdown() {
        if (stopping.compareAndSet(false, true)) {
            // Not a daemon: the machine must be down before the process may end.
            new Thread(this::stop, "shutdown").start();
        }
    }

    private void stop() {
        int status = 1;
        try {
            events.add("stopping", parts.file().machine(), "");
            status = parts.close() ? 0 : 1;
        } finally {
            exit.complete(status);
        }
    }

    @Override
    public List<MachineEvent> recentEvents() {
        return events.recent();
    }

    @Override
    public Subscription subscribe(Consumer<MachineEvent> listener) {
        return events.subscribe(listener);
    }
}
