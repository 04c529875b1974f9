// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the host says of a path.
 *
 * @param bytes length of a file; of a block device its capacity, or 0 when it can't be opened
 * @param writable of a path that does not exist: whether it can be created
 * @param fileSystem its type as in /proc/mounts; of the nearest directory above when the path does not exist
 */
record FileFacts(Kind kind, long bytes, boolean readable, boolean writable, String fileSystem) {
    enum Kind {
        MISSING,
        FILE,
        DIRECTORY,
        BLOCK_DEVICE,
        CHARACTER_DEVICE,
        OTHER
    }

    private static final int FORMAT_MASK = 0xF000; // S_IFMT of stat(2)
    private static final int FORMAT_BLOCK_DEVICE = 0x6000; // S_IFBLK
    private static final int FORMAT_CHARACTER_DEVICE = 0x2000; // S_IFCHR

    /** @throws UncheckedIOException if the host won't say */
    static FileFacts of(Path path) {
        try {
            Kind kind = kindOf(path);
            return new FileFacts(
                    kind,
                    bytesOf(path, kind),
                    Files.isReadable(path),
                    kind == Kind.MISSING ? creatable(path) : Files.isWritable(path),
                    Files.getFileStore(existing(path)).type());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Kind kindOf(Path path) throws IOException {
        if (!Files.exists(path)) {
            return Kind.MISSING;
        } else if (Files.isRegularFile(path)) {
            return Kind.FILE;
        } else if (Files.isDirectory(path)) {
            return Kind.DIRECTORY;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode");
        return switch (mode & FORMAT_MASK) {
            case FORMAT_BLOCK_DEVICE -> Kind.BLOCK_DEVICE;
            case FORMAT_CHARACTER_DEVICE -> Kind.CHARACTER_DEVICE;
            default -> Kind.OTHER;
        };
    }

    private static long bytesOf(Path path, Kind kind) throws IOException {
        if (kind == Kind.BLOCK_DEVICE && Files.isReadable(path)) {
            // stat(2) gives a block device no length
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                return channel.size();
            }
        }
        return kind == Kind.FILE ? Files.size(path) : 0;
    }

    private static boolean creatable(Path path) {
        return Files.isDirectory(path.getParent()) && Files.isWritable(path.getParent());
    }

    private static Path existing(Path path) {
        Path at = path;
        while (!Files.exists(at)) {
            at = at.getParent();
        }
        return at;
    }
}
