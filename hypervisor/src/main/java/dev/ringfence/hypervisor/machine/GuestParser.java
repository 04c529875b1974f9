// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A guest: its disks and NICs, and what it runs. */
final class GuestParser {
    private static final Pattern DISK = Pattern.compile("([^/]+)/([^/]+)");
    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");
    private static final long GROUP = 1L << 40;
    /** Not from any maker of network cards. */
    private static final long LOCAL = 2L << 40;

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
                    device(device, name, as).ifPresent(devices::add);
                },
                "as",
                "disk",
                "mode",
                "queues",
                "limits",
                "nic",
                "mac",
                "spoof",
                "addresses");
        List<ProgramSpec> specs = new ArrayList<>();
        section.forEach(
                "programs", program -> programs.parse(program, deviceNames).ifPresent(specs::add), ProgramParser.KEYS);
        return new GuestSpec(name, devices, specs, limits);
    }

    private Optional<GuestDeviceSpec> device(Section section, String guest, String as) {
        if (section.has("nic") && section.has("disk")) {
            section.problem("has both \"disk\" and \"nic\": a device is one of them");
            return Optional.empty();
        }
        if (!section.has("nic")) {
            for (String key : List.of("mac", "spoof", "addresses")) {
                if (section.has(key)) {
                    section.problem(key, "goes with \"nic\" only");
                }
            }
            return reference(section, "disk", "disk/vol0").map(disk -> exports.use(section, as, disk));
        }
        if (section.has("mode")) {
            section.problem("mode", "goes with \"disk\" only");
        }
        long address = address(section, guest + "/" + as);
        return reference(section, "nic", "net/lan").map(nic -> exports.nic(section, as, nic, address));
    }

    private static Optional<DiskRef> reference(Section section, String key, String example) {
        Optional<String> text = section.requiredText(key, example);
        Matcher reference = DISK.matcher(text.orElse(""));
        if (text.isPresent() && !reference.matches()) {
            section.problem(key, "expected a driver domain and its device, such as \"" + example + "\"");
        }
        return reference.matches()
                ? Optional.of(new DiskRef(reference.group(1), reference.group(2)))
                : Optional.empty();
    }

    /** What is written, or one that follows from the names, so that it is the same every time. */
    private long address(Section section, String identity) {
        Optional<String> text = section.text("mac");
        if (text.isPresent() && !MAC.matcher(text.get()).matches()) {
            section.problem("mac", "expected an Ethernet address such as \"02:00:00:00:00:01\"");
            return LOCAL;
        }
        UUID digest = UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8));
        long address = text.map(written -> Long.parseLong(written.replace(":", ""), 16))
                .orElse(LOCAL | digest.getMostSignificantBits() >>> 24);
        if ((address & GROUP) != 0 || address == 0) {
            section.problem("mac", "is not the address of a single NIC");
        }
        if (text.isPresent()) {
            names.claim(section, "mac", "address " + address, false, "the address");
        }
        return address;
    }
}
