// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.nio.file.Path;
import java.util.Optional;

/** A device of an entropy driver domain: the character device that its bytes come from. */
final class EntropyParser {
    static final String[] KEYS = {"name", "source"};

    /** Everybody may read it, and it never blocks. */
    static final String SOURCE = "/dev/urandom";

    private static final int SECTOR_BYTES = 512;

    private final Names names;
    private final HostPaths paths;

    EntropyParser(Names names, HostPaths paths) {
        this.names = names;
        this.paths = paths;
    }

    DeviceSpec parse(String domain, Section section) {
        String name = names.claim(section, "name", "device of " + domain, "urandom");
        Path source = section.text("source")
                .flatMap(text -> paths.resolve(section, "source", text))
                .map(path -> check(section, path))
                .orElse(Path.of(SOURCE));
        return new DeviceSpec(name, new Backing.Entropy(source), false, SECTOR_BYTES, 1);
    }

    private Path check(Section section, Path path) {
        Optional<FileFacts> facts = paths.facts(section, "source", path);
        if (facts.isEmpty()) {
            return path;
        }
        if (facts.get().kind() == FileFacts.Kind.MISSING) {
            section.problem("source", "no such device");
        } else if (facts.get().kind() != FileFacts.Kind.CHARACTER_DEVICE) {
            section.problem("source", "not a character device, such as \"/dev/hwrng\"");
        } else if (!facts.get().readable()) {
            section.problem("source", "no permission to read it");
        }
        return path;
    }
}
