// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import dev.ringfence.domain.DeviceKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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
    private final DeviceParser disks;
    private final NicParser nics;
    private final EntropyParser sources;
    private final GuestParser guests;

    MachineParser(Path file, Function<Path, FileFacts> host) {
        this.file = file;
        HostPaths paths = new HostPaths(file.getParent(), host);
        disks = new DeviceParser(names, paths);
        nics = new NicParser(names);
        sources = new EntropyParser(names, paths);
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
        Optional<DeviceKind> kind = DeviceKind.ofDriver(driver);
        if (!driver.isEmpty() && kind.isEmpty()) {
            List<String> known =
                    Arrays.stream(DeviceKind.values()).map(DeviceKind::driver).toList();
            section.problem("driver", "unknown driver" + Nearest.hint(driver, known));
        }
        devices(
                section,
                kind.orElse(DeviceKind.BLOCK),
                device -> {
                    exports.offer(name, device);
                    specs.add(device);
                },
                name);
        return new DriverDomainSpec(name, driver, standbys, restart, limits, specs);
    }

    private void devices(Section section, DeviceKind kind, Consumer<DeviceSpec> found, String domain) {
        String example =
                switch (kind) {
                    case BLOCK -> "\"vol0\", \"memory\": \"64MiB\"";
                    case NET -> "\"lan\", \"tap\": \"rf0\"";
                    case ENTROPY -> "\"urandom\"";
                };
        String[] keys =
                switch (kind) {
                    case BLOCK -> DeviceParser.KEYS;
                    case NET -> NicParser.KEYS;
                    case ENTROPY -> EntropyParser.KEYS;
                };
        section.require("devices", "[ { \"name\": " + example + " } ]");
        section.forEach("devices", device -> found.accept(device(domain, kind, device)), keys);
    }

    private DeviceSpec device(String domain, DeviceKind kind, Section section) {
        return switch (kind) {
            case BLOCK -> disks.parse(domain, section);
            case NET -> nics.parse(domain, section);
            case ENTROPY -> sources.parse(domain, section);
        };
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
