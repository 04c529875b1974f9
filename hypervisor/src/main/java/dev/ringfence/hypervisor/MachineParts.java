// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.health.HealthMonitor;
import dev.ringfence.hypervisor.health.ViolationReport;
import dev.ringfence.hypervisor.machine.AccessMode;
import dev.ringfence.hypervisor.machine.DiskRef;
import dev.ringfence.hypervisor.machine.GuestDeviceSpec;
import dev.ringfence.hypervisor.machine.MachineFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a machine is made of, and how it is taken apart again: guests, drivers, devices, store, in this order. */
final class MachineParts implements DriverDomain.GuestDevices, Guest.Complaints {
    private static final Logger LOG = LoggerFactory.getLogger(MachineParts.class);

    private final MachineFile file;
    private final MachineDirectory directory;
    private final Toolstack toolstack;
    private final EventLog events;
    private final Keeper keeper;
    private final Notes.Machine note;
    private final HealthMonitor monitor = new HealthMonitor();
    private final Distrust distrust;
    private final List<DriverDomain> drivers = new ArrayList<>();
    private final List<Guest> guests = new ArrayList<>();
    private final Map<DiskRef, DeviceFile> files = new LinkedHashMap<>();
    private final List<AutoCloseable> rest = new ArrayList<>();

    MachineParts(MachineFile file, DomainStarter.Host host, Toolstack toolstack, EventLog events, Notes.Machine note) {
        this.file = file;
        this.directory = host.directory();
        this.toolstack = toolstack;
        this.events = events;
        this.distrust = new Distrust(events);
        this.keeper = host.keeper();
        this.note = note;
    }

    MachineFile file() {
        return file;
    }

    MachineDirectory directory() {
        return directory;
    }

    Toolstack toolstack() {
        return toolstack;
    }

    EventLog events() {
        return events;
    }

    /** How its domains are confined, in a word. */
    String sandboxKind() {
        return note.sandboxed() ? "bubblewrap, seccomp" : "seccomp only";
    }

    /** When it was started, by this hypervisor or an earlier one; since the epoch. */
    long startedMillis() {
        return note.startedMillis();
    }

    HealthMonitor monitor() {
        return monitor;
    }

    /** @param supervision asked by the monitor before each look whether to look at all */
    void startMonitor(BooleanSupplier supervision) {
        if (file.health()) {
            monitor.start(supervision);
        } else {
            events.add("no-health", file.machine(), "drivers that hang or take too much are not killed");
        }
    }

    List<DriverDomain> drivers() {
        return drivers;
    }

    List<Guest> guests() {
        return guests;
    }

    /** Something to be closed after all domains are gone; the last added first. */
    void add(AutoCloseable part) {
        rest.add(0, part);
    }

    void add(DiskRef disk, DeviceFile device) {
        files.put(disk, device);
    }

    long deviceBytes(DiskRef disk) {
        return files.get(disk).bytes();
    }

    @Override
    public Optional<GuestDevice> find(int guest, int handle) {
        return guests.stream()
                .filter(candidate -> candidate.domid() == guest)
                .findFirst()
                .flatMap(candidate -> candidate.device(handle));
    }

    @Override
    public void refuse(int backend, String reason) {
        forEachServedBy(backend, (guest, device) -> toolstack.refuse(device, reason));
    }

    /** Offers the devices of a driver domain to its guests anew. */
    void replug(int backend) {
        forEachServedBy(backend, (guest, device) -> {
            toolstack.remove(device);
            guest.remove(device);
            newDevice(guest, device.spec().as()).ifPresent(fresh -> plug(guest, fresh));
        });
    }

    private void forEachServedBy(int backend, BiConsumer<Guest, GuestDevice> action) {
        for (Guest guest : guests) {
            guest.devices().stream()
                    .filter(device -> device.backend() == backend)
                    .forEach(device -> action.accept(guest, device));
        }
    }

    /** A device that the machine file gives a guest, not plugged yet. */
    Optional<GuestDevice> newDevice(Guest guest, String as) {
        List<GuestDeviceSpec> specs = guest.spec().devices();
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).as().equals(as)) {
                int backend = driver(specs.get(i).disk().domain()).domid();
                int handle = specs.get(i).kind().handle(i);
                return Optional.of(new GuestDevice(specs.get(i), guest.domid(), handle, backend, keeper));
            }
        }
        return Optional.empty();
    }

    private DriverDomain driver(String name) {
        return drivers.stream()
                .filter(driver -> driver.spec().name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("validated machine file names no driver domain: name=" + name));
    }

    /** The monitor looks into it. */
    @Override
    public void file(GuestDevice device, Message.DriverViolation violation) {
        ViolationReport report = new ViolationReport(
                device.guest(),
                device.name() + "." + violation.queue(),
                violation.index(),
                violation.id(),
                violation.operation(),
                violation.status(),
                violation.reason());
        drivers.stream()
                .filter(driver -> driver.domid() == device.backend())
                .forEach(driver -> driver.watch().report(report));
    }

    @Override
    public void file(GuestDevice device, Message.WrongData wrong, Consumer<Message> answer) {
        boolean alone = guests.stream()
                .filter(guest -> guest.domid() != device.guest())
                .flatMap(guest -> guest.devices().stream())
                .noneMatch(other -> other.backend() == device.backend());
        drivers.stream()
                .filter(driver -> driver.domid() == device.backend())
                .forEach(driver -> distrust.file(driver, device, wrong, alone, answer));
    }

    void plug(Guest guest, GuestDevice device) {
        guest.add(device);
        device.keep();
        boolean fixed = files.get(device.spec().disk()).spec().readOnly();
        toolstack.plug(device, fixed || device.spec().mode() == AccessMode.READ);
    }

    /** One that can't be stopped must not keep the others from it. */
    private static boolean stop(String name, Runnable stop) {
        try {
            stop.run();
            return true;
        } catch (RuntimeException e) {
            LOG.error("domain {} could not be stopped in order", name, e);
            return false;
        }
    }

    /** Takes everything down; false when not all of it ended in order, or something acknowledged could not be made durable. */
    boolean close() {
        monitor.close();
        boolean stopped = true;
        for (Guest guest : guests) {
            stopped &= stop(guest.spec().name(), guest::stop);
        }
        for (DriverDomain driver : drivers) {
            stopped &= stop(driver.spec().name(), driver::stop);
        }
        boolean durable = true;
        for (DeviceFile device : files.values()) {
            if (!device.sync()) {
                events.add("sync-failed", device.name(), "not all data could be made durable");
                durable = false;
            }
            device.close();
        }
        for (AutoCloseable part : rest) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("while stopping: {}", e.toString());
            }
        }
        return stopped && durable;
    }
}
