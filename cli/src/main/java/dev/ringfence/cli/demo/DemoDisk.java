// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A disk image filled with a source tree: an ext4 file system where mkfs.ext4 is installed, the files one after the other
 * where it isn't.
 */
final class DemoDisk {
    private static final Set<String> LEFT_OUT = Set.of(".git", "target", ".mvn");
    private static final long TOOL_SECONDS = 60;

    private final Path directory;

    DemoDisk(Path directory) {
        this.directory = directory;
    }

    /** What is on the disk, in words. */
    record Made(Path image, String content) {}

    Made make(Path tree, long bytes) throws IOException {
        Path image = directory.resolve("source.img");
        Path files = directory.resolve("tree");
        int count = copy(tree, files);
        try (var file = Files.newByteChannel(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.position(bytes - 1);
            file.write(java.nio.ByteBuffer.allocate(1));
        }
        Optional<String> tool = find("mkfs.ext4");
        if (tool.isPresent()) {
            run(tool.get(), "-q", "-F", "-d", files.toString(), image.toString());
            return new Made(image, "ext4 with " + count + " files of the source tree");
        }
        concatenate(files, image);
        return new Made(image, count + " files of the source tree (mkfs.ext4 is not installed)");
    }

    private static int copy(Path from, Path to) throws IOException {
        int[] count = new int[1];
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                if (!path.equals(from) && LEFT_OUT.contains(path.getFileName().toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(path).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    Files.copy(path, to.resolve(from.relativize(path).toString()));
                    count[0]++;
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return count[0];
    }

    private static void concatenate(Path files, Path image) throws IOException {
        try (var out = Files.newByteChannel(image, StandardOpenOption.WRITE);
                var paths = Files.walk(files)) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                out.write(java.nio.ByteBuffer.wrap(Files.readAllBytes(path)));
            }
        }
    }

    /** What e2fsck says of an image; empty when it is not installed. */
    static Optional<Boolean> isClean(Path image) throws IOException {
        Optional<String> tool = find("e2fsck");
        if (tool.isEmpty() || find("mkfs.ext4").isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(start(tool.get(), "-fn", image.toString()) == 0);
    }

    /** System programs are not on everybody's PATH. */
    private static Optional<String> find(String program) {
        for (String place : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1)) {
            Path path = Path.of(place, program);
            if (Files.isExecutable(path)) {
                return Optional.of(path.toString());
            }
        }
        return Optional.empty();
    }

    private static void run(String... command) throws IOException {
        if (start(command) != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    private static int start(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TOOL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " did not end: " + output);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
