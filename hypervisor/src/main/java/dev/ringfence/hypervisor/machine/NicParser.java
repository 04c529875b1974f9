// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import dev.ringfence.domain.ReceiveMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A device of a network driver domain: its keys, and the interface its wire ends in, or the switch that it is. */
final class NicParser {
    static final String[] KEYS = {"name", "tap", "namespace", "switch", "mtu", "queues"};

    static final int MTU = 1500;
    private static final int MTU_MIN = 68;
    private static final int MTU_MAX = 65_521;
    private static final int QUEUES_MAX = 4;
    private static final int SECTOR_BYTES = 512;
    private static final Duration AGEING = Duration.ofMinutes(5);
    private static final Duration AGEING_MIN = Duration.ofSeconds(1);
    private static final Duration AGEING_MAX = Duration.ofHours(24);
    private static final int BROADCASTS = 1000;
    private static final int BROADCASTS_MAX = 1_000_000;
    /** What the kernel takes, and a shell without quotes. */
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9_.-]{1,15}");

    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private final Names names;

    NicParser(Names names) {
        this.names = names;
    }

    DeviceSpec parse(String domain, Section section) {
        String name = names.claim(section, "name", "device of " + domain, "lan");
        int queues = section.number("queues", 1, QUEUES_MAX, 1);
        int mtu = section.number(
                "mtu", MTU_MIN, MTU_MAX, section.has("switch", "uplink", "tunnel") ? TunnelParser.MTU : MTU);
        return new DeviceSpec(name, backing(section, mtu), false, SECTOR_BYTES, queues);
    }

    /** Of a guest's NIC. */
    static ReceiveMode receive(Section nic) {
        Optional<String> text = nic.text("receive");
        Optional<ReceiveMode> mode = text.flatMap(ReceiveMode::parse);
        if (text.isPresent() && mode.isEmpty()) {
            nic.problem("receive", "expected one of " + ReceiveMode.all());
        }
        return mode.orElse(ReceiveMode.COPY);
    }

    private Backing backing(Section section, int mtu) {
        if (!section.has("switch")) {
            return tap(section, names, "tap", "rf0", mtu);
        }
        for (String key : List.of("tap", "namespace")) {
            if (section.has(key)) {
                section.problem(key, "goes into \"uplink\" of the \"switch\"");
            }
        }
        return section.section("switch", "uplink", "ageing", "broadcasts")
                .map(lan -> new Backing.Switch(
                        lan.section("uplink", "tap", "namespace", "tunnel").flatMap(uplink -> uplink(uplink, mtu)),
                        mtu,
                        lan.duration("ageing", AGEING_MIN, AGEING_MAX).orElse(AGEING),
                        lan.number("broadcasts", 1, BROADCASTS_MAX, BROADCASTS)))
                .orElseThrow();
    }

    private Optional<Backing.Uplink> uplink(Section section, int mtu) {
        if (!section.has("tunnel")) {
            return Optional.of(tap(section, names, "tap", "rf0", mtu));
        }
        for (String key : List.of("tap", "namespace")) {
            if (section.has(key)) {
                section.problem(key, "an uplink is a \"tap\" or a \"tunnel\"; a tunnel's namespace goes into it");
            }
        }
        Optional<Backing.Tunnel> tunnel =
                section.section("tunnel", TunnelParser.KEYS).flatMap(TunnelParser::parse);
        tunnel.ifPresent(opened -> names.claim(
                section,
                "tunnel",
                "UDP port " + opened.port() + " of " + opened.namespace().orElse(""),
                false,
                "its UDP port"));
        return tunnel.map(Backing.Uplink.class::cast);
    }

    /** An interface that nobody else in the file makes. */
    static Backing.Tap tap(Section section, Names names, String key, String example, int mtu) {
        Optional<String> name = section.requiredText(key, example);
        if (name.isPresent() && !INTERFACE.matcher(name.get()).matches()) {
            section.problem(key, "an interface's name is 1 to 15 letters, digits, \"_\", \".\" or \"-\"");
        }
        Optional<String> namespace = namespace(section);
        name.ifPresent(tap ->
                names.claim(section, key, "interface " + tap + " of " + namespace.orElse(""), false, "the interface"));
        return new Backing.Tap(name.orElse(""), namespace, mtu);
    }

    static Optional<String> namespace(Section section) {
        Optional<String> namespace = section.text("namespace");
        if (namespace.isPresent() && !NAMESPACE.matcher(namespace.get()).matches()) {
            section.problem("namespace", "expected the name of a network namespace, as \"ip netns\" lists it");
        }
        return namespace;
    }
}
