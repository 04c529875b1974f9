// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The paths a machine file names, seen from the directory it lies in. */
final class HostPaths {
    private final Path directory;
    private final Function<Path, FileFacts> host;

    HostPaths(Path directory, Function<Path, FileFacts> host) {
        this.directory = directory;
        this.host = host;
    }

    /** Absolute; empty, and a problem, when it is no path. */
    Optional<Path> resolve(Section section, String key, String text) {
        try {
            if (!text.isEmpty()) {
                return Optional.of(directory.resolve(text).normalize());
            }
            section.problem(key, "a path can't be empty");
        } catch (InvalidPathException e) {
            section.problem(key, "not a path: " + e.getReason());
        }
        return Optional.empty();
    }

    /** The same for every name of one file, as far as symbolic links go. */
    String identity(Path path) {
        try {
            return "file " + path.toRealPath();
        } catch (IOException e) {
            return "file " + path; // not there yet, so nothing links to it
        }
    }

    /** Empty, and a problem, when the host won't say. */
    Optional<FileFacts> facts(Section section, String key, Path path) {
        try {
            return Optional.of(host.apply(path));
        } catch (UncheckedIOException e) {
            section.problem(key, "can't be examined: " + e.getCause().getMessage());
            return Optional.empty();
        }
    }

    /** Jars and directories of classes; each must be there. */
    List<Path> classpath(Section section) {
        List<Path> classpath = new ArrayList<>();
        List<String> entries = section.texts("classpath");
        for (int i = 0; i < entries.size(); i++) {
            Path entry = directory.resolve(entries.get(i)).normalize();
            if (host.apply(entry).kind() == FileFacts.Kind.MISSING) {
                section.problem("classpath", i, "no such file or directory");
            }
            classpath.add(entry);
        }
        return classpath;
    }
}
