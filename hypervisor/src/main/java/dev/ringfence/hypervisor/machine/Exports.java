// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import dev.ringfence.domain.DeviceKind;
import dev.ringfence.domain.ReceiveMode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Which guest uses which device: what is used must be exported, and not be used by more guests than it bears. */
final class Exports {
    private final Map<DiskRef, DeviceSpec> offered = new LinkedHashMap<>();
    private final Map<DiskRef, Use> firstUses = new HashMap<>();
    /** NICs at each switch. */
    private final Map<DiskRef, Integer> ports = new HashMap<>();

    private record Use(String place, AccessMode mode) {}

    void offer(String domain, DeviceSpec device) {
        if (!device.name().isEmpty()) {
            offered.putIfAbsent(new DiskRef(domain, device.name()), device);
        }
    }

    /** Every process of the driver domain gets all inboxes in one message. */
    private void checkRoom(Section section, DiskRef nic, DeviceSpec device) {
        int inboxes = ports.merge(nic, 1, Integer::sum) * device.queues();
        if (inboxes > DeviceSpec.INBOXES_MAX && inboxes - device.queues() <= DeviceSpec.INBOXES_MAX) {
            section.problem(
                    "nic",
                    "a switch has room for " + DeviceSpec.INBOXES_MAX + " NICs with one pair of queues, and for "
                            + DeviceSpec.INBOXES_MAX / device.queues() + " with its " + device.queues());
        }
    }

    private void checkAlone(Section section, DiskRef nic) {
        for (String key : SourceSpec.KEYS) {
            if (section.has(key)) {
                section.problem(key, "goes with a switch only; who is at a tap is the host's to check");
            }
        }
        Use use = new Use(section.path("nic") + " (line " + section.line("nic") + ")", AccessMode.WRITE);
        Use first = firstUses.putIfAbsent(nic, use);
        if (first != null) {
            section.problem("nic", "is used already by " + first.place + "; a tap has one guest, a switch has many");
        }
    }

    /** Settles what the guest left open from the device it names; an unknown device is a problem. */
    GuestDeviceSpec use(Section section, DeviceKind kind, String as, DiskRef reference, OptionalLong address) {
        DeviceSpec device = offered.get(reference);
        SourceSpec sources = kind == DeviceKind.NET ? SourceParser.parse(section) : SourceSpec.ITSELF;
        ReceiveMode receive = kind == DeviceKind.NET ? NicParser.receive(section) : ReceiveMode.COPY;
        if (device == null || device.kind() != kind) {
            section.problem(kind.guestKey(), unknown(kind, reference));
            return new GuestDeviceSpec(
                    kind, as, reference, AccessMode.READ, 1, RateLimits.NONE, address, sources, receive, false);
        }
        AccessMode mode = kind == DeviceKind.BLOCK ? mode(section, device) : AccessMode.WRITE;
        int queues = queues(section, device);
        RateLimits limits = RateLimits.parse(section);
        switch (kind) {
            case BLOCK -> checkShared(section, reference, mode);
            case NET -> checkWire(section, reference, device);
            case ENTROPY -> {
                // Random bytes are for everybody.
            }
        }
        boolean tags = section.flag("tags");
        return new GuestDeviceSpec(kind, as, reference, mode, queues, limits, address, sources, receive, tags);
    }

    private void checkWire(Section section, DiskRef nic, DeviceSpec device) {
        if (device.isSwitch()) {
            checkRoom(section, nic, device);
        } else {
            checkAlone(section, nic);
        }
    }

    private static AccessMode mode(Section section, DeviceSpec device) {
        AccessMode otherwise = device.readOnly() ? AccessMode.READ : AccessMode.WRITE;
        String letter = section.text("mode").orElse(otherwise.letter());
        if (letter.equals(AccessMode.READ.letter())) {
            return AccessMode.READ;
        }
        if (!letter.equals(AccessMode.WRITE.letter())) {
            section.problem("mode", "expected \"r\" (read) or \"w\" (read and write)");
        } else if (device.readOnly()) {
            section.problem("mode", "the device is read-only; give \"r\"");
        }
        return AccessMode.WRITE;
    }

    private static int queues(Section section, DeviceSpec device) {
        int queues = section.number("queues", 1, DeviceSpec.QUEUES_MAX, device.queues());
        if (queues > device.queues()) {
            section.problem("queues", "the device offers " + device.queues() + "; raise its \"queues\" to have more");
        }
        return queues;
    }

    private void checkShared(Section section, DiskRef disk, AccessMode mode) {
        Use use = new Use(section.path("disk") + " (line " + section.line("disk") + ")", mode);
        Use first = firstUses.putIfAbsent(disk, use);
        if (first == null || (first.mode == AccessMode.READ && mode == AccessMode.READ)) {
            return;
        }
        String already = first.mode == AccessMode.WRITE ? "written" : "read";
        section.problem(
                "disk",
                "is " + already + " already by " + first.place
                        + "; a disk has one writer or many readers: give each \"mode\": \"r\", or a disk of its own");
    }

    private String unknown(DeviceKind kind, DiskRef device) {
        List<String> near = offered.entrySet().stream()
                .filter(entry -> entry.getValue().kind() == kind)
                .map(entry -> entry.getKey().toString())
                .toList();
        return "no such " + kind.noun() + " is exported" + Nearest.hint(device.toString(), near);
    }
}
