// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import dev.ringfence.domain.DeviceKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A guest's program: an object with one key, which says of what kind it is. */
final class ProgramParser {
    static final String[] KEYS = {"nbd", "java", "tap"};

    private static final Pattern TCP = Pattern.compile("tcp:([^:]*|\\[.*]):([0-9]{1,5})");
    private static final String LOOPBACK = "127.0.0.1";
    private static final int PORT_MAX = 65535;
    private static final String FORMS = "expected \"unix:PATH\" or \"tcp:" + LOOPBACK + ":PORT\"";

    private final Names names;
    private final HostPaths paths;

    ProgramParser(Names names, HostPaths paths) {
        this.names = names;
        this.paths = paths;
    }

    /**
     * @param devices what the guest calls its devices
     * @param kinds of those that make sense
     */
    Optional<ProgramSpec> parse(Section section, Set<String> devices, Map<String, DeviceKind> kinds) {
        List<String> given = List.of(KEYS).stream().filter(section::has).toList();
        if (given.size() != 1) {
            section.problem(
                    "a program has exactly one key, \"nbd\", \"tap\" or \"java\"; this one has " + given.size());
            return Optional.empty();
        }
        return switch (given.get(0)) {
            case "nbd" -> section.section("nbd", "device", "listen").flatMap(nbd -> nbd(nbd, devices, kinds));
            case "java" -> section.section("java", "class", "classpath", "args").flatMap(this::java);
            default -> section.section("tap", "device", "name", "namespace").flatMap(tap -> tap(tap, devices, kinds));
        };
    }

    private static Optional<String> device(
            Section section, String example, DeviceKind wanted, Set<String> devices, Map<String, DeviceKind> kinds) {
        Optional<String> device = section.requiredText("device", example);
        if (device.isPresent() && !devices.contains(device.get())) {
            section.problem("device", "the guest has no such device" + Nearest.hint(device.get(), devices));
        } else if (device.isPresent() && kinds.getOrDefault(device.get(), wanted) != wanted) {
            section.problem("device", "is a " + kinds.get(device.get()).noun() + "; this goes with a " + wanted.noun());
        }
        return device;
    }

    private Optional<ProgramSpec> nbd(Section section, Set<String> devices, Map<String, DeviceKind> kinds) {
        Optional<String> device = device(section, "xvda", DeviceKind.BLOCK, devices, kinds);
        Optional<ListenAddress> listen =
                section.requiredText("listen", "unix:xvda.sock").flatMap(text -> listen(section, text));
        listen.ifPresent(address -> names.claim(section, "listen", "listen address " + address, false, "the address"));
        return device.isPresent() && listen.isPresent()
                ? Optional.of(new ProgramSpec.Nbd(device.get(), listen.get()))
                : Optional.empty();
    }

    /** The interface is called as the guest calls its NIC, unless something else is said. */
    private Optional<ProgramSpec> tap(Section section, Set<String> devices, Map<String, DeviceKind> kinds) {
        Optional<String> device = device(section, "eth0", DeviceKind.NET, devices, kinds);
        Backing.Tap tap = NicParser.tap(section, names, section.has("name") ? "name" : "device", "eth0", NicParser.MTU);
        return device.map(as -> new ProgramSpec.Tap(as, tap));
    }

    private Optional<ProgramSpec> java(Section section) {
        section.require("class", "\"org.example.Main\"");
        Optional<String> className = DeviceParser.className(section);
        List<Path> classpath = paths.classpath(section);
        List<String> args = section.texts("args");
        return className.map(name -> new ProgramSpec.Java(name, classpath, args));
    }

    private Optional<ListenAddress> listen(Section section, String text) {
        if (text.startsWith("unix:")) {
            return paths.resolve(section, "listen", text.substring("unix:".length()))
                    .flatMap(path -> unix(section, new ListenAddress.Unix(path)));
        }
        Matcher tcp = TCP.matcher(text);
        if (!tcp.matches()) {
            section.problem("listen", FORMS);
            return Optional.empty();
        }
        int port = Integer.parseInt(tcp.group(2));
        if (!tcp.group(1).equals(LOOPBACK)) {
            section.problem(
                    "listen", "only " + LOOPBACK + " can be listened on: NBD as served here knows no passwords");
            return Optional.empty();
        } else if (port < 1 || port > PORT_MAX) {
            section.problem("listen", "a port is a number from 1 to " + PORT_MAX);
            return Optional.empty();
        }
        return Optional.of(new ListenAddress.Tcp(LOOPBACK, port));
    }

    private Optional<ListenAddress> unix(Section section, ListenAddress.Unix address) {
        if (!address.fits()) {
            section.problem(
                    "listen",
                    "the path of a UNIX socket has at most " + ListenAddress.UNIX_PATH_BYTES_MAX
                            + " bytes; this one is " + address.path());
            return Optional.empty();
        }
        Path directory = address.path().getParent();
        boolean there = paths.facts(section, "listen", directory)
                .filter(facts -> facts.kind() == FileFacts.Kind.DIRECTORY)
                .isPresent();
        if (!there) {
            section.problem("listen", "no such directory: " + directory);
        }
        return Optional.of(address);
    }
}
