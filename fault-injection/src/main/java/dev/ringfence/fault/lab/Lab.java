// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A directory in memory where there is one, the {@link Stage} in it, and numbers for processes and lives. */
public final class Lab implements AutoCloseable {
    private static final Path IN_MEMORY = Path.of("/dev/shm");

    private final List<String> classpath;
    private final Path directory;
    private final Stage stage;
    private final Told told;
    private final AtomicInteger processes = new AtomicInteger();
    private final AtomicInteger lives = new AtomicInteger();

    public Lab() {
        this(List.of());
    }

    /** @param classpath of driver processes, beside ours */
    public Lab(List<Path> classpath) {
        this.classpath =
                classpath.stream().map(Path::toAbsolutePath).map(Path::toString).toList();
        try {
            directory = Files.isWritable(IN_MEMORY)
                    ? Files.createTempDirectory(IN_MEMORY, "ringfence-lab")
                    : Files.createTempDirectory("ringfence-lab");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        stage = Stage.open(stagePath());
        told = new Told(directory);
    }

    /** Of a driver process. */
    String classpath() {
        return Stream.concat(Stream.of(System.getProperty("java.class.path")), classpath.stream())
                .collect(Collectors.joining(File.pathSeparator));
    }

    Path directory() {
        return directory;
    }

    Path stagePath() {
        return directory.resolve("stage");
    }

    Told told() {
        return told;
    }

    Stage stage() {
        return stage;
    }

    int nextProcess() {
        return processes.incrementAndGet();
    }

    int nextLife() {
        return lives.incrementAndGet();
    }

    LabProcess start(String... properties) {
        return LabProcess.start(this, List.of(properties), UnaryOperator.identity());
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
