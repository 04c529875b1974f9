// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.ControlServer;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.control.MachineLauncher;
import dev.ringfence.hypervisor.control.MachineOptions;
import dev.ringfence.hypervisor.control.MachineOptions.Inheritance;
import dev.ringfence.hypervisor.control.RunningMachine;
import dev.ringfence.hypervisor.keeper.KeeperClient;
import dev.ringfence.hypervisor.machine.DriverDomainSpec;
import dev.ringfence.hypervisor.machine.GuestDeviceSpec;
import dev.ringfence.hypervisor.machine.GuestSpec;
import dev.ringfence.hypervisor.machine.MachineFile;
import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreLog;
import dev.ringfence.store.StoreServer;
import dev.ringfence.store.XenStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds a machine from its file: keeper, store, devices, driver domains, guests, control API, in this order. Where an earlier
 * hypervisor of the machine has died and left all that with its keeper, it is taken over instead.
 */
public final class MachineBuilder implements MachineLauncher {
    private final DomainPrograms programs;

    public MachineBuilder(DomainPrograms programs) {
        this.programs = programs;
    }

    @Override
    public RunningMachine launch(MachineFile file, MachineOptions options) {
        MachineDirectory directory = options.directory();
        Optional<KeeperClient> left = KeeperClient.connect(directory.keeperSocket());
        if (left.isPresent() && options.inheritance() != Inheritance.REFUSED) {
            Estate estate = new Estate(left.get(), directory);
            if (estate.note(Notes.MACHINE, Notes.Machine.class)
                    .filter(Notes.Machine::complete)
                    .isPresent()) {
                return new MachineAdoption(programs, file, directory).adopt(left.get(), estate);
            }
            estate.close(); // it never was up, so nobody relies on it
        }
        if (options.inheritance() == Inheritance.REQUIRED) {
            left.ifPresent(KeeperClient::close);
            throw new ControlException(
                    409,
                    "there is nothing to adopt: no keeper holds a machine " + directory.machine()
                            + "; start it with: ringfence up FILE");
        }
        left.ifPresent(keeper -> {
            keeper.end();
            keeper.close();
        });
        return build(file, options);
    }

    private RunningMachine build(MachineFile file, MachineOptions options) {
        MachineDirectory directory = options.directory();
        Orphans orphans = new Orphans(directory);
        orphans.clear();
        EventLog events = new EventLog();
        Optional<String> missing = Sandbox.missing();
        missing.ifPresent(
                why -> events.add("no-sandbox", file.machine(), why + "; drivers are confined by seccomp alone"));
        Notes.Machine note = new Notes.Machine(
                Notes.FORMAT,
                file.file().toString(),
                MachineDigest.of(file),
                missing.isEmpty(),
                false,
                0,
                System.currentTimeMillis());
        Keeper keeper = Keeper.start(directory, events, orphans);
        keeper.keep(Notes.MACHINE, note, List.of());
        StoreLog log = StoreLog.create(memory -> keeper.keep(Notes.STORE, "", List.of(memory.descriptor())));
        DomainStarter.Host host = new DomainStarter.Host(directory, new XenStore(log), orphans, keeper);
        MachineParts parts = new MachineParts(file, host, new Toolstack(host.store()), events, note);
        parts.add(log);
        parts.add(keeper);
        parts.add(orphans);
        parts.add(parts.toolstack());
        try {
            Hypervisor hypervisor = new Hypervisor(parts);
            parts.add(StoreServer.open(host.store(), directory.storeSocket()));
            parts.startMonitor(options.supervision());
            build(parts, host, missing.isEmpty());
            parts.add(ControlServer.start(directory.controlSocket(), hypervisor));
            keeper.awaitStart();
            keeper.keep(Notes.MACHINE, note.completed(), List.of());
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

    private void build(MachineParts parts, DomainStarter.Host host, boolean sandboxed) throws IOException {
        DomainFactory domains = new DomainFactory(programs, parts, host);
        int domid = 1;
        for (DriverDomainSpec spec : parts.file().driverDomains()) {
            Sandbox sandbox = sandbox(parts, host, domid, sandboxed);
            DriverDomain driver =
                    domains.driver(spec, domid, sandbox, DeviceFile::open, () -> Standbys.newLine(spec.name()));
            parts.toolstack().addDomain(domid, spec.name());
            driver.start();
            domid++;
        }
        for (GuestSpec spec : parts.file().guests()) {
            Guest guest = domains.guest(spec, domid, sandbox(parts, host, domid, sandboxed));
            start(parts, guest, domains.program(spec));
            domid++;
        }
    }

    static Sandbox sandbox(MachineParts parts, DomainStarter.Host host, int domid, boolean sandboxed)
            throws IOException {
        if (!sandboxed) {
            return Sandbox.none();
        }
        Sandbox sandbox = Sandbox.open();
        parts.add(sandbox);
        sandbox.keep(host.keeper(), domid);
        sandbox.pids().forEach(host.orphans()::note);
        return sandbox;
    }

    private static void start(MachineParts parts, Guest guest, DomainStarter.Program program) {
        GuestSpec spec = guest.spec();
        parts.toolstack().addDomain(guest.domid(), spec.name());
        parts.toolstack().addPrograms(guest.domid(), spec.programs());
        List<GuestDevice> devices = new ArrayList<>();
        for (GuestDeviceSpec device : spec.devices()) {
            GuestDevice plugged = parts.newDevice(guest, device.as()).orElseThrow();
            parts.plug(guest, plugged);
            devices.add(plugged);
        }
        guest.start(program);
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
}
