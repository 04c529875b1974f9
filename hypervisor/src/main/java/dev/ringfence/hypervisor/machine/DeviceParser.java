// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** A block device: its keys and what it lies on. */
final class DeviceParser {
    static final String[] KEYS = {
        "name", "image", "size", "device", "memory", "class", "classpath", "options", "readOnly", "sectorSize", "queues"
    };

    private static final List<String> BACKINGS = List.of("image", "device", "memory", "class");
    /** Keys that go with one backing only. */
    private static final Map<String, String> COMPANIONS =
            Map.of("size", "image", "classpath", "class", "options", "class");

    /** Stands where a problem was reported; never leaves the reader. */
    private static final Backing NONE = new Backing.Memory(0);

    private static final Pattern CLASS_NAME =
            Pattern.compile("(?:[\\p{L}_$][\\p{L}\\p{N}_$]*\\.)*[\\p{L}_$][\\p{L}\\p{N}_$]*");
    private static final int SECTOR_BYTES = 512;
    private static final int LARGE_SECTOR_BYTES = 4096;

    private final Names names;
    private final HostPaths paths;

    DeviceParser(Names names, HostPaths paths) {
        this.names = names;
        this.paths = paths;
    }

    DeviceSpec parse(String domain, Section section) {
        String name = names.claim(section, "name", "device of " + domain, "vol0");
        boolean readOnly = section.flag("readOnly");
        int sectorBytes = sectorBytes(section);
        int queues = section.number("queues", 1, DeviceSpec.QUEUES_MAX, 1);
        Backing backing = backing(section, sectorBytes, readOnly);
        return new DeviceSpec(name, backing, readOnly, sectorBytes, queues);
    }

    static Optional<String> className(Section section) {
        Optional<String> name = section.text("class");
        if (name.isPresent() && !CLASS_NAME.matcher(name.get()).matches()) {
            section.problem("class", "not the name of a class, such as \"org.example.MyClass\"");
        }
        return name;
    }

    private static int sectorBytes(Section section) {
        int sectorBytes = section.number("sectorSize", SECTOR_BYTES, LARGE_SECTOR_BYTES, SECTOR_BYTES);
        if (sectorBytes != SECTOR_BYTES && sectorBytes != LARGE_SECTOR_BYTES) {
            section.problem("sectorSize", "a sector has 512 or 4096 bytes");
            return SECTOR_BYTES;
        }
        return sectorBytes;
    }

    private static boolean exactlyOne(Section section) {
        List<String> given = BACKINGS.stream().filter(section::has).toList();
        String choice = "a device has exactly one of \"image\", \"device\", \"memory\" and \"class\"";
        if (given.isEmpty()) {
            section.problem("nothing says what it lies on: " + choice);
        } else if (given.size() > 1) {
            section.problem("has both \"" + given.get(0) + "\" and \"" + given.get(1) + "\": " + choice);
        }
        COMPANIONS.forEach((key, backing) -> {
            if (section.has(key) && !section.has(backing)) {
                section.problem(key, "goes with \"" + backing + "\" only");
            }
        });
        return given.size() == 1;
    }

    private Backing backing(Section section, int sectorBytes, boolean readOnly) {
        if (!exactlyOne(section)) {
            return NONE;
        } else if (section.has("memory")) {
            return new Backing.Memory(sectors(section, "memory", sectorBytes).orElse(0));
        } else if (section.has("class")) {
            String className = className(section).orElse("");
            return new Backing.UserClass(className, paths.classpath(section), section.scalars("options"));
        }
        String key = section.has("image") ? "image" : "device";
        OptionalLong size = sectors(section, "size", sectorBytes);
        Optional<Path> path = section.text(key).flatMap(text -> paths.resolve(section, key, text));
        path.ifPresent(file -> names.claim(section, key, paths.identity(file), readOnly, "the file"));
        DeviceFileCheck check = new DeviceFileCheck(section, sectorBytes, readOnly);
        Optional<FileFacts> facts = path.flatMap(file -> paths.facts(section, key, file));
        if (facts.isEmpty()) {
            return NONE;
        }
        return key.equals("device")
                ? check.device(path.get(), facts.get())
                : check.image(path.get(), facts.get(), size);
    }

    private static OptionalLong sectors(Section section, String key, int sectorBytes) {
        OptionalLong bytes = section.size(key);
        if (bytes.isPresent() && bytes.getAsLong() == 0) {
            section.problem(key, "a size must be at least one sector; give e.g. \"64MiB\"");
            return OptionalLong.empty();
        } else if (bytes.isPresent() && bytes.getAsLong() % sectorBytes != 0) {
            section.problem(key, "not a multiple of the sector size, " + sectorBytes);
            return OptionalLong.empty();
        }
        return bytes;
    }
}
