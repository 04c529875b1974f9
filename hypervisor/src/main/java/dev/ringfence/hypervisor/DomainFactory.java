// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.ReceiveMode;
import dev.ringfence.hypervisor.health.DomainWatch;
import dev.ringfence.hypervisor.machine.Backing;
import dev.ringfence.hypervisor.machine.DeviceSpec;
import dev.ringfence.hypervisor.machine.DiskRef;
import dev.ringfence.hypervisor.machine.DriverDomainSpec;
import dev.ringfence.hypervisor.machine.GuestDeviceSpec;
import dev.ringfence.hypervisor.machine.GuestSpec;
import dev.ringfence.hypervisor.machine.Limits;
import dev.ringfence.hypervisor.machine.ListenAddress;
import dev.ringfence.hypervisor.machine.ProgramSpec;
import dev.ringfence.memory.SharedMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Makes of a machine file's domains what the hypervisor knows of them; neither starts nor adopts any. */
final class DomainFactory {
    private static final long DRIVER_HEAP_BYTES = 32L << 20;
    private static final long GUEST_HEAP_BYTES = 128L << 20;
    private final DomainPrograms programs;
    private final MachineParts parts;
    private final DomainStarter.Host host;

    DomainFactory(DomainPrograms programs, MachineParts parts, DomainStarter.Host host) {
        this.programs = programs;
        this.parts = parts;
        this.host = host;
    }

    /**
     * @param open opens a device, or finds it open; told what its driver will be told
     * @param line memory of its line of succession; asked for once its devices are open
     */
    DriverDomain driver(
            DriverDomainSpec spec,
            int domid,
            Sandbox sandbox,
            BiFunction<DeviceSpec, Map<String, String>, DeviceFile> open,
            Supplier<SharedMemory> line) {
        List<DeviceFile> devices = new ArrayList<>();
        List<Path> classPath = new ArrayList<>();
        for (DeviceSpec device : spec.devices()) {
            DeviceFile file = open.apply(device, options(spec, device));
            devices.add(file);
            parts.add(new DiskRef(spec.name(), device.name()), file);
            file.keep(host.keeper(), spec.name());
            if (device.backing() instanceof Backing.UserClass user) {
                classPath.addAll(user.classpath());
            }
        }
        DomainStarter.Program program = new DomainStarter.Program(
                programs.drivers().get(spec.driver()),
                classPath,
                heapBytes(spec.limits().memoryBytes(), DRIVER_HEAP_BYTES),
                new Sandbox.View(classPath, List.of(), List.of(), false, false));
        DomainWatch watch = parts.monitor()
                .watch(
                        spec.limits(),
                        devices.stream().mapToInt(DeviceFile::wires).sum(),
                        finding -> parts.events()
                                .add(finding.kind().word(), spec.name(), finding.message(), finding.figures()));
        DriverDomain driver = new DriverDomain(
                spec,
                domid,
                new DomainStarter(spec.name(), domid, sandbox, host),
                program,
                new DriverDomain.Surroundings(parts.events(), parts, devices, watch, line.get(), host.keeper()));
        parts.drivers().add(driver);
        return driver;
    }

    /** What a driver is told of a device besides what all have. */
    private Map<String, String> options(DriverDomainSpec domain, DeviceSpec device) {
        DiskRef name = new DiskRef(domain.name(), device.name());
        if (device.backing() instanceof Backing.Tap tap) {
            return Map.of(
                    "mtu", Integer.toString(tap.mtu()), "receive", receive(name).text());
        } else if (device.backing() instanceof Backing.Switch lan) {
            return SwitchWires.options(parts.file(), name, lan).toMap();
        }
        return device.backing() instanceof Backing.UserClass user ? user.options() : Map.of();
    }

    /** Of the one guest that a wire can have. */
    private ReceiveMode receive(DiskRef wire) {
        return parts.file().guests().stream()
                .flatMap(guest -> guest.devices().stream())
                .filter(nic -> nic.disk().equals(wire))
                .map(GuestDeviceSpec::receive)
                .findFirst()
                .orElse(ReceiveMode.COPY);
    }

    Guest guest(GuestSpec spec, int domid, Sandbox sandbox) {
        DomainStarter starter = new DomainStarter(spec.name(), domid, sandbox, host);
        Guest guest = new Guest(spec, domid, starter, parts.toolstack(), parts.events(), parts);
        parts.guests().add(guest);
        return guest;
    }

    DomainStarter.Program program(GuestSpec spec) {
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
                heapBytes(spec.limits().memoryBytes(), GUEST_HEAP_BYTES),
                new Sandbox.View(classPath, writable, List.of(state), network, true));
    }

    private static long heapBytes(OptionalLong memoryBytes, long otherwise) {
        return memoryBytes.isPresent() ? memoryBytes.getAsLong() - Limits.JVM_BYTES : otherwise;
    }
}
