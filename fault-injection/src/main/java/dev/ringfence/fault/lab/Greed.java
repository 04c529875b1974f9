// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a driver takes more than its share of what its process has: measured against what it had when it began. */
final class Greed {
    private static final int DESCRIPTORS = 200;
    private static final int THREADS = 100;

    private final long pid;
    private final long descriptors;
    private final long threads;

    Greed(long pid) {
        this.pid = pid;
        this.descriptors = count("fd");
        this.threads = count("task");
    }

    /** What it has taken too much of. */
    Optional<String> look() {
        long moreDescriptors = count("fd") - descriptors;
        if (moreDescriptors > DESCRIPTORS) {
            return Optional.of("opened " + moreDescriptors + " descriptors");
        }
        long moreThreads = count("task") - threads;
        return moreThreads > THREADS ? Optional.of("started " + moreThreads + " threads") : Optional.empty();
    }

    private long count(String directory) {
        try (Stream<Path> entries = Files.list(Path.of("/proc/" + pid + "/" + directory))) {
            return entries.count();
        } catch (IOException | UncheckedIOException e) {
            return 0; // it has ended
        }
    }
}
