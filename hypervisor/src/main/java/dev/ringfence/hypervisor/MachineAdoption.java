// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.ControlServer;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.control.RunningMachine;
import dev.ringfence.hypervisor.keeper.KeeperClient;
import dev.ringfence.hypervisor.keeper.Kept;
import dev.ringfence.hypervisor.machine.DeviceSpec;
import dev.ringfence.hypervisor.machine.DriverDomainSpec;
import dev.ringfence.hypervisor.machine.GuestDeviceSpec;
import dev.ringfence.hypervisor.machine.GuestSpec;
import dev.ringfence.hypervisor.machine.MachineFile;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.store.StoreLog;
import dev.ringfence.store.StoreServer;
import dev.ringfence.store.XenStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes over a machine whose hypervisor has died, from its keeper. Its domains serve and are served all the while; what has
 * happened to them meanwhile is found out as if it happened now.
 *
 * <pre>
 *   kept by the keeper          becomes                                    and then
 *   store                       XenStore                                   domains set their watches again
 *   devices                     DeviceFile, still locked
 *   devices plugged, channels   GuestDevice                                an unplugging that was under way is ended
 *   connections                 Connection                                 attached again to those who serve or wait
 *   processes                   DomainProcess, by the channel it has       the dead are replaced; the half-started ended
 * </pre>
 *
 * <p>If it fails nothing is lost: everything stays with the keeper.
 */
final class MachineAdoption {
    private final DomainPrograms programs;
    private final MachineFile file;
    private final MachineDirectory directory;

    MachineAdoption(DomainPrograms programs, MachineFile file, MachineDirectory directory) {
        this.programs = programs;
        this.file = file;
        this.directory = directory;
    }

    /** @throws ControlException when the machine is another one than the file describes, or can't be understood */
    RunningMachine adopt(KeeperClient client, Estate estate) {
        Notes.Machine left;
        try {
            left = check(estate);
        } catch (ControlException e) {
            estate.close();
            client.close();
            throw e;
        }
        Notes.Machine note = left.inherited();
        EventLog events = new EventLog();
        Orphans orphans = new Orphans(directory);
        Notes.Numbers numbers = estate.note(Notes.NUMBERS, Notes.Numbers.class).orElseThrow();
        estate.take(Notes.NUMBERS);
        Keeper keeper = Keeper.adopt(client, note.life(), numbers, directory, events, orphans);
        keeper.keep(Notes.NUMBERS, numbers, List.of());
        keeper.keep(Notes.MACHINE, note, List.of());
        try {
            StoreLog log = StoreLog.open(
                    SharedMemory.open(taken(estate, Notes.STORE).descriptors().get(0)),
                    memory -> keeper.keep(Notes.STORE, "", List.of(memory.descriptor())));
            log.keep();
            DomainStarter.Host host = new DomainStarter.Host(directory, new XenStore(log), orphans, keeper);
            MachineParts parts = new MachineParts(file, host, new Toolstack(host.store()), events, note);
            parts.add(log);
            parts.add(keeper);
            parts.add(orphans);
            parts.add(parts.toolstack());
            return adopt(parts, host, estate);
        } catch (IOException | IllegalArgumentException e) {
            throw new ControlException(500, "machine " + file.machine() + " can't be adopted: " + e.getMessage(), e);
        }
    }

    private Notes.Machine check(Estate estate) {
        Notes.Machine left = estate.note(Notes.MACHINE, Notes.Machine.class).orElseThrow();
        estate.take(Notes.MACHINE);
        if (left.format() != Notes.FORMAT) {
            throw new ControlException(
                    409,
                    "machine " + file.machine() + " was started by another version of ringfence (format "
                            + left.format() + ", not " + Notes.FORMAT + "); end it with: ringfence down");
        } else if (!left.digest().equals(MachineDigest.of(file))) {
            throw new ControlException(
                    409,
                    "machine " + file.machine() + " still runs without its hypervisor, and is not what " + file.file()
                            + " describes now: it was started from " + left.file()
                            + "; adopt it with the file as it was, or end it with: ringfence down");
        }
        return left;
    }

    private Kept taken(Estate estate, String key) {
        return estate.take(key)
                .orElseThrow(() -> new ControlException(
                        500, "machine " + file.machine() + " can't be adopted: its keeper holds no " + key));
    }

    private RunningMachine adopt(MachineParts parts, DomainStarter.Host host, Estate estate) throws IOException {
        removeStaleSockets();
        parts.startMonitor(() -> true);
        Hypervisor hypervisor = new Hypervisor(parts);
        parts.add(StoreServer.open(host.store(), directory.storeSocket()));
        Map<Integer, List<Kept>> processes = processes(estate);
        DomainFactory domains = new DomainFactory(programs, parts, host);
        int domid = 1;
        Map<DriverDomain, Notes.Line> lines = new LinkedHashMap<>();
        for (DriverDomainSpec spec : file.driverDomains()) {
            Kept line = taken(estate, Notes.line(domid));
            Sandbox walls = walls(parts, host, domid, estate);
            DriverDomain driver = domains.driver(
                    spec,
                    domid,
                    walls,
                    (device, options) -> device(spec, device, options, estate),
                    () -> SharedMemory.open(line.descriptors().get(0)));
            lines.put(driver, Keeper.read(line.note(), Notes.Line.class));
            domid++;
        }
        for (GuestSpec spec : file.guests()) {
            Guest guest = domains.guest(spec, domid, walls(parts, host, domid, estate));
            spec.devices().forEach(device -> plug(parts, guest, device, estate));
            domid++;
        }
        lines.forEach((driver, line) -> driver.adopt(
                line, processes.getOrDefault(driver.domid(), List.of()), estate.takeAll(Notes.bonds(driver.domid()))));
        for (Guest guest : parts.guests()) {
            guest.adopt(
                    processes.getOrDefault(guest.domid(), List.of()).stream().findFirst());
        }
        estate.keys().forEach(host.keeper()::drop);
        estate.close();
        parts.add(ControlServer.start(directory.controlSocket(), hypervisor));
        parts.events()
                .add(
                        "adopted",
                        file.machine(),
                        "hypervisor number " + (host.keeper().life() + 1));
        parts.guests().forEach(guest -> guest.devices().forEach(device -> finishUnplugging(parts, guest, device)));
        return hypervisor;
    }

    /** Those of the dead hypervisor, and of processes that it was starting. */
    private void removeStaleSockets() throws IOException {
        try (var sockets = Files.newDirectoryStream(directory.path(), "*.sock")) {
            for (Path socket : sockets) {
                if (!socket.equals(directory.keeperSocket())) {
                    Files.deleteIfExists(socket);
                }
            }
        }
    }

    private static Map<Integer, List<Kept>> processes(Estate estate) {
        Map<Integer, List<Kept>> byDomain = new LinkedHashMap<>();
        for (Kept kept : estate.takeAll(Notes.PROCESSES)) {
            int domid = Keeper.read(kept.note(), Notes.Running.class).domid();
            byDomain.computeIfAbsent(domid, id -> new ArrayList<>()).add(kept);
        }
        return byDomain;
    }

    /** Walls that fell have buried everybody behind them; then there are new ones. */
    private static Sandbox walls(MachineParts parts, DomainStarter.Host host, int domid, Estate estate)
            throws IOException {
        Optional<Kept> kept = estate.take(Notes.walls(domid));
        if (kept.isEmpty()) {
            return Sandbox.none();
        }
        Sandbox sandbox = Sandbox.adopt(kept.get());
        if (!sandbox.stands()) {
            sandbox.close();
            return MachineBuilder.sandbox(parts, host, domid, true);
        }
        parts.add(sandbox);
        sandbox.keep(host.keeper(), domid);
        return sandbox;
    }

    private DeviceFile device(DriverDomainSpec domain, DeviceSpec device, Map<String, String> options, Estate estate) {
        return DeviceFile.adopt(device, options, taken(estate, Notes.device(domain.name(), device.name())));
    }

    private static void plug(MachineParts parts, Guest guest, GuestDeviceSpec spec, Estate estate) {
        GuestDevice device = parts.newDevice(guest, spec.as()).orElseThrow();
        Optional<Kept> kept = estate.take(Notes.plugged(guest.domid(), device.handle()));
        List<Kept> channels = estate.takeAll(Notes.channels(guest.domid(), device.handle()));
        if (kept.isPresent()) {
            device.adopt(kept.get(), channels);
            guest.add(device);
            if (!parts.toolstack().isPlugged(device)) {
                guest.remove(device); // it was about to be, and nobody has heard of it
            }
        }
    }

    private static void finishUnplugging(MachineParts parts, Guest guest, GuestDevice device) {
        if (parts.toolstack().isLeaving(device)) {
            Threads.daemon("unplug-" + device.name(), () -> {
                parts.toolstack().unplug(device);
                guest.remove(device);
                parts.events()
                        .add("detached", guest.spec().name(), device.spec().as());
            });
        }
    }
}
