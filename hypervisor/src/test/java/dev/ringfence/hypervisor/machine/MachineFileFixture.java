// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Writes machine files into a directory and says what the reader makes of them. */
final class MachineFileFixture {
    private final Path directory;
    private Function<Path, FileFacts> host = FileFacts::of;

    MachineFileFixture(Path directory) {
        this.directory = directory;
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    MachineFileFixture withFile(String name, int bytes) {
        try {
            Files.write(path(name), new byte[bytes]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Lets the host say something else of one path than it would. */
    MachineFileFixture withFacts(String name, FileFacts facts) {
        Function<Path, FileFacts> others = host;
        host = path -> path.equals(path(name)) ? facts : others.apply(path);
        return this;
    }

    /** @param text JSON, with ' for every " */
    MachineFile read(String text) {
        Path file = path("m.json");
        try {
            Files.writeString(file, text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return MachineFileReader.read(file, host);
    }

    List<Problem> problems(String text) {
        MachineFileException refused = catchThrowableOfType(MachineFileException.class, () -> read(text));
        assertThat(refused).as("a problem with %s", text).isNotNull();
        return refused.problems();
    }

    /** Each problem as its line, without the directory. */
    List<String> messages(String text) {
        return problems(text).stream()
                .map(problem -> problem.toString().replace(directory + "/", ""))
                .toList();
    }

    /** A machine of one driver domain with the given devices, each an object in JSON, and no guest. */
    static String devices(String... devices) {
        return machine("{'name': 'disk', 'driver': 'block', 'devices': [\n" + String.join(",\n", devices) + "]}", "");
    }

    /** A machine whose disk/vol0 (writable) and disk/golden (read-only) the given guests use. */
    static String guests(String... guests) {
        return machine(
                "{'name': 'disk', 'driver': 'block', 'devices': ["
                        + "{'name': 'vol0', 'memory': '1MiB', 'queues': 2},"
                        + "{'name': 'golden', 'memory': '1MiB', 'readOnly': true}]}",
                String.join(",\n", guests));
    }

    static String machine(String driverDomains, String guests) {
        return "{'machine': 'm',\n'driverDomains': [" + driverDomains + "],\n'guests': [\n" + guests + "]}";
    }
}
