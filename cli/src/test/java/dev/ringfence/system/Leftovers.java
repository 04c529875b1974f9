// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a machine may leave behind, looked up in /proc. */
final class Leftovers {
    private Leftovers() {}

    /** All processes a hypervisor has started, bubblewrap's among them. */
    static List<ProcessHandle> processes(ProcessHandle hypervisor) {
        return hypervisor.descendants().toList();
    }

    /** The machine memory a process has mapped: as /proc/PID/maps names it, once each. */
    static List<String> memories(long pid) {
        try (Stream<String> maps = Files.lines(Path.of("/proc", Long.toString(pid), "maps"))) {
            return maps.filter(line -> line.contains("/memfd:ringfence-"))
                    .map(line -> line.substring(line.indexOf("ringfence-")))
                    .map(name -> name.replace(" (deleted)", ""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many files a process has open. */
    static int descriptors(long pid) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return (int) descriptors.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What descriptors of this process lead to machine memory. */
    static List<String> openMemories() {
        return openFiles().stream()
                .filter(file -> file.contains("/memfd:ringfence-"))
                .toList();
    }

    private static List<String> openFiles() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(Files::isSymbolicLink)
                    .map(Leftovers::target)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a link leads to; empty when it is gone. */
    static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    /** Sockets in a directory. */
    static List<Path> sockets(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".sock")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
