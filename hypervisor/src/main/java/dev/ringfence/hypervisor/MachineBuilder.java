// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.ControlServer;
import dev.ringfence.hypervisor.control.MachineLauncher;
import dev.ringfence.hypervisor.control.MachineOptions;
import dev.ringfence.hypervisor.control.RunningMachine;
import dev.ringfence.hypervisor.health.DomainWatch;
import dev.ringfence.hypervisor.machine.Backing;
import dev.ringfence.hypervisor.machine.DeviceSpec;
import dev.ringfence.hypervisor.machine.DiskRef;
import dev.ringfence.hypervisor.machine.DriverDomainSpec;
import dev.ringfence.hypervisor.machine.GuestDeviceSpec;
import dev.ringfence.hypervisor.machine.GuestSpec;
import dev.ringfence.hypervisor.machine.Limits;
import dev.ringfence.hypervisor.machine.ListenAddress;
import dev.ringfence.hypervisor.machine.MachineFile;
import dev.ringfence.hypervisor.machine.ProgramSpec;
import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreServer;
import dev.ringfence.store.XenStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds a machine from its file: store, devices, driver domains, guests, control API, in this order. */
public final class MachineBuilder implements MachineLauncher {
    private static final long DRIVER_HEAP_BYTES = 32L << 20;
    private static final long GUEST_HEAP_BYTES = 128L << 20;

    private final DomainPrograms programs;

    public MachineBuilder(DomainPrograms programs) {
        this.programs = programs;
    }

    @Override
    public RunningMachine launch(MachineFile file, MachineOptions options) {
        new Orphans(options.directory()).clear();
        XenStore store = new XenStore();
        EventLog events = new EventLog();
        Optional<String> missing = Sandbox.missing();
        String sandbox = missing.isEmpty() ? "bubblewrap, seccomp" : "seccomp only";
        MachineParts parts = new MachineParts(file, options.directory(), new Toolstack(store), events, sandbox);
        missing.ifPresent(
                why -> events.add("no-sandbox", file.machine(), why + "; drivers are confined by seccomp alone"));
        try {
            Hypervisor hypervisor = new Hypervisor(parts);
            build(parts, store, missing.isEmpty());
            parts.add(ControlServer.start(options.directory().controlSocket(), hypervisor));
            events.add("up", file.machine(), "");
            return hypervisor;
        } catch (ControlException e) {
            parts.close();
            throw e;
        } catch (IOException e) {
            parts.close();
            throw new ControlException(500, "machine " + file.machine() + " can't be started: " + e.getMessage(), e);
        }
    }

    private void build(MachineParts parts, XenStore store, boolean sandboxed) throws IOException {
        parts.add(parts.toolstack());
        parts.add(StoreServer.open(store, parts.directory().storeSocket()));
        Orphans orphans = new Orphans(parts.directory());
        parts.add(orphans);
        if (parts.file().health()) {
            parts.monitor().start();
        } else {
            parts.events()
                    .add("no-health", parts.file().machine(), "drivers that hang or take too much are not killed");
        }
        int domid = 1;
        for (DriverDomainSpec spec : parts.file().driverDomains()) {
            Sandbox sandbox = sandbox(parts, orphans, sandboxed);
            DomainStarter starter = new DomainStarter(spec.name(), domid, parts.directory(), store, sandbox, orphans);
            addDriver(parts, spec, domid, starter);
            domid++;
        }
        for (GuestSpec spec : parts.file().guests()) {
            Sandbox sandbox = sandbox(parts, orphans, sandboxed);
            DomainStarter starter = new DomainStarter(spec.name(), domid, parts.directory(), store, sandbox, orphans);
            addGuest(parts, spec, domid, starter);
            domid++;
        }
    }

    private static Sandbox sandbox(MachineParts parts, Orphans orphans, boolean sandboxed) throws IOException {
        if (!sandboxed) {
            return Sandbox.none();
        }
        Sandbox sandbox = Sandbox.open();
        parts.add(sandbox);
        sandbox.pids().forEach(orphans::note);
        return sandbox;
    }

    private void addDriver(MachineParts parts, DriverDomainSpec spec, int domid, DomainStarter starter) {
        List<DeviceFile> devices = new ArrayList<>();
        List<Path> classPath = new ArrayList<>();
        for (DeviceSpec device : spec.devices()) {
            DeviceFile file = DeviceFile.open(device);
            devices.add(file);
            parts.add(new DiskRef(spec.name(), device.name()), file);
            if (device.backing() instanceof Backing.UserClass user) {
                classPath.addAll(user.classpath());
            }
        }
        parts.toolstack().addDomain(domid, spec.name());
        DomainStarter.Program program = new DomainStarter.Program(
                programs.drivers().get(spec.driver()),
                classPath,
                spec.limits().memoryBytes().isPresent()
                        ? heap(spec.limits().memoryBytes().getAsLong())
                        : DRIVER_HEAP_BYTES,
                new Sandbox.View(classPath, List.of(), List.of(), false, false));
        DomainWatch watch = parts.monitor()
                .watch(
                        spec.limits(),
                        finding -> parts.events()
                                .add(finding.kind().word(), spec.name(), finding.message(), finding.figures()));
        DriverDomain driver = new DriverDomain(
                spec, domid, starter, program, new DriverDomain.Surroundings(parts.events(), parts, devices, watch));
        parts.drivers().add(driver);
        driver.start();
    }

    private static long heap(long memoryBytes) {
        return memoryBytes - Limits.JVM_BYTES;
    }

    private void addGuest(MachineParts parts, GuestSpec spec, int domid, DomainStarter starter) {
        parts.toolstack().addDomain(domid, spec.name());
        parts.toolstack().addPrograms(domid, spec.programs());
        Guest guest = new Guest(spec, domid, starter, parts.toolstack(), parts.events(), parts::complain);
        parts.guests().add(guest);
        List<GuestDevice> devices = new ArrayList<>();
        for (GuestDeviceSpec device : spec.devices()) {
            GuestDevice plugged = parts.newDevice(guest, device.as()).orElseThrow();
            parts.plug(guest, plugged);
            devices.add(plugged);
        }
        guest.start(program(parts, spec));
        for (GuestDevice device : devices) {
            if (!parts.toolstack().awaitFrontend(device, List.of(DeviceState.CONNECTED))) {
                throw new ControlException(
                        500,
                        "guest " + spec.name() + ": " + device.spec().as() + " did not connect to "
                                + device.spec().disk() + "; its log: "
                                + parts.directory().log(spec.name()));
            }
        }
    }

    private DomainStarter.Program program(MachineParts parts, GuestSpec spec) {
        List<Path> classPath = new ArrayList<>();
        List<Path> writable =
                new ArrayList<>(List.of(parts.file().file().toAbsolutePath().getParent()));
        boolean network = false;
        for (ProgramSpec program : spec.programs()) {
            if (program instanceof ProgramSpec.Java java) {
                classPath.addAll(java.classpath());
            } else if (program instanceof ProgramSpec.Nbd nbd) {
                network |= nbd.listen() instanceof ListenAddress.Tcp;
                if (nbd.listen() instanceof ListenAddress.Unix unix) {
                    writable.add(unix.path().getParent());
                }
            }
        }
        Path state = parts.directory().path().getParent();
        return new DomainStarter.Program(
                programs.guest(),
                classPath,
                spec.limits().memoryBytes().isPresent()
                        ? heap(spec.limits().memoryBytes().getAsLong())
                        : GUEST_HEAP_BYTES,
                new Sandbox.View(classPath, writable, List.of(state), network, true));
    }
}
