// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import dev.ringfence.domain.DeviceKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A guest: its devices, and what it runs. */
final class GuestParser {
    private static final Pattern DISK = Pattern.compile("([^/]+)/([^/]+)");
    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");
    private static final long GROUP = 1L << 40;
    /** Not from any maker of network cards. */
    private static final long LOCAL = 2L << 40;

    /** Keys that go with some kinds of device only. */
    private static final Map<String, List<DeviceKind>> COMPANIONS = Map.of(
            "mode", List.of(DeviceKind.BLOCK),
            "tags", List.of(DeviceKind.BLOCK),
            "mac", List.of(DeviceKind.NET),
            "spoof", List.of(DeviceKind.NET),
            "addresses", List.of(DeviceKind.NET),
            "receive", List.of(DeviceKind.NET),
            "queues", List.of(DeviceKind.BLOCK, DeviceKind.NET));

    private static final String[] DEVICE_KEYS = Stream.concat(
                    Stream.of("as", "limits"),
                    Stream.concat(
                            COMPANIONS.keySet().stream(),
                            Arrays.stream(DeviceKind.values()).map(DeviceKind::guestKey)))
            .toArray(String[]::new);

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
                DEVICE_KEYS);
        List<ProgramSpec> specs = new ArrayList<>();
        Map<String, DeviceKind> kinds = new LinkedHashMap<>();
        devices.forEach(device -> kinds.put(device.as(), device.kind()));
        section.forEach(
                "programs",
                program -> programs.parse(program, deviceNames, kinds).ifPresent(specs::add),
                ProgramParser.KEYS);
        return new GuestSpec(name, devices, specs, limits);
    }

    private Optional<GuestDeviceSpec> device(Section section, String guest, String as) {
        List<DeviceKind> kinds = Arrays.stream(DeviceKind.values())
                .filter(kind -> section.has(kind.guestKey()))
                .toList();
        if (kinds.size() > 1) {
            section.problem("has both \"" + kinds.get(0).guestKey() + "\" and \""
                    + kinds.get(1).guestKey() + "\": a device is one of them");
            return Optional.empty();
        }
        DeviceKind kind = kinds.isEmpty() ? DeviceKind.BLOCK : kinds.get(0);
        COMPANIONS.forEach((key, friends) -> {
            if (section.has(key) && !friends.contains(kind)) {
                section.problem(
                        key,
                        "goes with "
                                + friends.stream()
                                        .map(friend -> "\"" + friend.guestKey() + "\"")
                                        .collect(Collectors.joining(" and "))
                                + " only");
            }
        });
        OptionalLong address =
                kind == DeviceKind.NET ? OptionalLong.of(address(section, guest + "/" + as)) : OptionalLong.empty();
        return reference(section, kind).map(device -> exports.use(section, kind, as, device, address));
    }

    private static Optional<DiskRef> reference(Section section, DeviceKind kind) {
        Optional<String> text = section.requiredText(kind.guestKey(), kind.example());
        Matcher reference = DISK.matcher(text.orElse(""));
        if (text.isPresent() && !reference.matches()) {
            section.problem(
                    kind.guestKey(), "expected a driver domain and its device, such as \"" + kind.example() + "\"");
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
