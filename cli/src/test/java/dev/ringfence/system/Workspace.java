// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory for one test: machine files, images and sockets in one half of it, the state of its machines in the other.
 * Closing it stops what was started in it, shows the logs, and removes everything.
 *
 * <p>Its path is short, because UNIX sockets lie in it.
 */
final class Workspace implements AutoCloseable {
    private static final int LOG_LINES = 200;

    private final Path root;
    private final List<AutoCloseable> started = new ArrayList<>();
    /** For a build that is broken off. */
    private final Thread hook = new Thread(this::tidyUp, "tidy-up");

    Workspace() {
        try {
            root = Files.createTempDirectory(Path.of("/tmp"), "rf-");
            Files.createDirectory(root.resolve("files"));
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a file beside the machine file. */
    Path file(String name) {
        return root.resolve("files").resolve(name);
    }

    Path state() {
        return root.resolve("state");
    }

    /** Starts a machine in this process. */
    TestMachine start(String machineFile) throws IOException {
        TestMachine machine = TestMachine.start(this, write(machineFile));
        closeAtEnd(machine);
        return machine;
    }

    /** The machine file; the same whenever it is written. */
    Path write(String machineFile) throws IOException {
        return Files.writeString(file("machine.json"), machineFile);
    }

    /** Closed before the directory is removed; the last one first. */
    void closeAtEnd(AutoCloseable resource) {
        started.add(0, resource);
    }

    /** How NBD clients name an export that listens on a socket here. */
    String nbd(String socket) {
        return "nbd+unix:///?socket=" + file(socket);
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        assertThat(tidyUp()).as("failures while cleaning up").isEmpty();
    }

    private List<Throwable> tidyUp() {
        List<Throwable> failures = new ArrayList<>();
        started.forEach(resource -> close(resource, failures));
        close(this::showLogs, failures);
        close(() -> remove(root), failures);
        return failures;
    }

    private static void close(AutoCloseable resource, List<Throwable> failures) {
        try {
            resource.close();
        } catch (Exception | AssertionError e) {
            failures.add(e);
        }
    }

    /** What the domains said; test reports keep it, and nobody would find it later. */
    private void showLogs() throws IOException {
        if (!Files.isDirectory(state())) {
            return;
        }
        try (var files = Files.walk(state())) {
            for (Path log :
                    files.filter(file -> file.toString().endsWith(".log")).toList()) {
                List<String> lines = Files.readAllLines(log);
                System.err.println("---- " + log);
                lines.stream().skip(Math.max(0, lines.size() - LOG_LINES)).forEach(System.err::println);
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException error) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
