// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.fault.SectorTag;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.FileOperations;
import dev.ringfence.memory.IoVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A user's device over the lab's image that writes down each call before it does it, and whose first flush of all fails,
 * whichever process makes it, when its options say so.
 */
public final class LabDisk implements BlockDevice {
    static final String IMAGE = "image";
    static final String FIRST_FLUSH_FAILS = "first-flush-fails";

    private final DeviceDescription description;
    private final Descriptor file;
    private final Path trace;
    private final Path failed;
    private final boolean firstFlushFails;

    public LabDisk(DeviceDescription description) {
        this.description = description;
        String image = description.options().get(IMAGE);
        this.file = Descriptor.open(image, true);
        this.trace = trace(Path.of(image));
        this.failed = Path.of(image + ".failed");
        this.firstFlushFails = description.options().containsKey(FIRST_FLUSH_FAILS);
    }

    static Path trace(Path image) {
        return image.resolveSibling(image.getFileName() + ".trace");
    }

    /** {@code LIFE READ 0 8}. */
    private void note(String call, long offset, long length) {
        String line = description.name() + " " + call + " " + offset / SectorTag.BYTES + " " + length / SectorTag.BYTES;
        try {
            Files.writeString(trace, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long bytes() {
        return description.bytes();
    }

    @Override
    public int sectorBytes() {
        return description.sectorBytes();
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public int discardGranularityBytes() {
        return 4096;
    }

    @Override
    public int read(long offset, IoVector memory) {
        note("READ", offset, memory.length());
        return whole(memory.length(), memory.read(file, offset));
    }

    @Override
    public int write(long offset, IoVector memory) {
        note("WRITE", offset, memory.length());
        return whole(memory.length(), memory.write(file, offset));
    }

    private static int whole(long length, long done) {
        return done == length ? 0 : -Errno.EIO;
    }

    @Override
    public int flush() {
        note("FLUSH", 0, 0);
        if (firstFlushFails && failed.toFile().mkdir()) {
            return -Errno.EIO;
        }
        return FileOperations.sync(file);
    }

    @Override
    public int discard(long offset, long length) {
        note("DISCARD", offset, length);
        return FileOperations.punchHole(file, offset, length);
    }

    @Override
    public void close() {
        file.close();
    }
}
