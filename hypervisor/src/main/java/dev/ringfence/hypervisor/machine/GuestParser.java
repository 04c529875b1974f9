// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A guest: its disks and what it runs. */
final class GuestParser {
    private static final Pattern DISK = Pattern.compile("([^/]+)/([^/]+)");

    private final Names names;
    private final Exports exports;
    private final ProgramParser programs;

    GuestParser(Names names, Exports exports, HostPaths paths) {
        this.names = names;
        this.exports = exports;
        this.programs = new ProgramParser(names, paths);
    }

    GuestSpec parse(String name, Limits limits, Section section) {
        List<GuestDeviceSpec> devices = new ArrayList<>();
        Set<String> deviceNames = new LinkedHashSet<>();
        section.forEach(
                "devices",
                device -> {
                    String as = names.claim(device, "as", "device of guest " + name, "xvda");
                    deviceNames.add(as);
                    disk(device, as).ifPresent(devices::add);
                },
                "as",
                "disk",
                "mode",
                "queues",
                "limits",
                "nic",
                "mac");
        List<ProgramSpec> specs = new ArrayList<>();
        section.forEach(
                "programs", program -> programs.parse(program, deviceNames).ifPresent(specs::add), ProgramParser.KEYS);
        return new GuestSpec(name, devices, specs, limits);
    }

    private Optional<GuestDeviceSpec> disk(Section section, String as) {
        if (section.has("nic")) {
            section.problem("nic", MachineParser.NOT_SUPPORTED + "; a guest's devices are disks");
            return Optional.empty();
        }
        Optional<String> text = section.requiredText("disk", "disk/vol0");
        Matcher disk = DISK.matcher(text.orElse(""));
        if (text.isPresent() && !disk.matches()) {
            section.problem("disk", "expected a driver domain and its device, such as \"disk/vol0\"");
        }
        return text.isPresent() && disk.matches()
                ? Optional.of(exports.use(section, as, new DiskRef(disk.group(1), disk.group(2))))
                : Optional.empty();
    }
}
