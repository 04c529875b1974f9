// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** From the tree to the machine: its own keys, driver domains and limits. */
final class MachineParser {
    private static final int STANDBYS = 1;
    private static final int STANDBYS_MAX = 4;
    /** The state directory has a log of each domain, and the hypervisor's own. */
    private static final String RESERVED_NAME = "hypervisor";

    private final Path file;
    private final Names names = new Names();
    private final Exports exports = new Exports();
    private final DeviceParser devices;
    private final NicParser nics;
    private final GuestParser guests;

    MachineParser(Path file, Function<Path, FileFacts> host) {
        this.file = file;
        HostPaths paths = new HostPaths(file.getParent(), host);
        devices = new DeviceParser(names, paths);
        nics = new NicParser(names);
        guests = new GuestParser(names, exports, paths);
    }

    MachineFile parse(SourceTree source, Problems problems) {
        Section root = new Section(source, problems, "", source.root(), "machine", "health", "driverDomains", "guests");
        String machine = Names.wellFormed(root, "machine", "quickstart").orElse("");
        root.require("driverDomains", "[ { \"name\": \"disk\", \"driver\": \"block\", \"devices\": [] } ]");
        List<DriverDomainSpec> driverDomains = new ArrayList<>();
        root.forEach(
                "driverDomains",
                section -> driverDomains.add(driverDomain(section)),
                "name",
                "driver",
                "standbys",
                "restart",
                "limits",
                "devices");
        List<GuestSpec> guestSpecs = new ArrayList<>();
        root.forEach("guests", section -> guestSpecs.add(guest(section)), "name", "devices", "programs", "limits");
        boolean health = !root.has("health") || root.flag("health");
        return new MachineFile(file, machine, health, driverDomains, guestSpecs);
    }

    private DriverDomainSpec driverDomain(Section section) {
        String name = domainName(section, "disk");
        String driver = section.requiredText("driver", "block").orElse("");
        int standbys = section.number("standbys", 0, STANDBYS_MAX, STANDBYS);
        RestartSpec restart = restart(section);
        Limits limits = LimitsParser.ofDriver(section);
        List<DeviceSpec> specs = new ArrayList<>();
        boolean net = driver.equals(DriverDomainSpec.NET);
        if (!driver.isEmpty() && !net && !driver.equals(DriverDomainSpec.BLOCK)) {
            section.problem("driver", "unknown driver" + Nearest.hint(driver, Set.of("block", "net")));
        }
        String example = net ? "\"lan\", \"tap\": \"rf0\"" : "\"vol0\", \"memory\": \"64MiB\"";
        section.require("devices", "[ { \"name\": " + example + " } ]");
        section.forEach(
                "devices", device -> specs.add(device(name, device, net)), net ? NicParser.KEYS : DeviceParser.KEYS);
        return new DriverDomainSpec(name, driver, standbys, restart, limits, specs);
    }

    private DeviceSpec device(String domain, Section section, boolean net) {
        DeviceSpec device = net ? nics.parse(domain, section) : devices.parse(domain, section);
        exports.offer(domain, device);
        return device;
    }

    private GuestSpec guest(Section section) {
        String name = domainName(section, "web");
        return guests.parse(name, LimitsParser.ofGuest(section), section);
    }

    private String domainName(Section section, String example) {
        String name = names.claim(section, "name", "domain", example);
        if (name.equals(RESERVED_NAME)) {
            section.problem("name", "the name is the hypervisor's own");
        }
        return name;
    }

    private static RestartSpec restart(Section owner) {
        RestartSpec otherwise = RestartSpec.DEFAULT;
        return owner.section("restart", "intensity", "period", "backoff")
                .map(section -> new RestartSpec(
                        section.number("intensity", 0, RestartSpec.INTENSITY_MAX, otherwise.intensity()),
                        section.durationFrom("period", RestartSpec.PERIOD_MIN, otherwise.period()),
                        section.durationFrom("backoff", RestartSpec.BACKOFF_MIN, otherwise.backoff())))
                .orElse(otherwise);
    }
}
