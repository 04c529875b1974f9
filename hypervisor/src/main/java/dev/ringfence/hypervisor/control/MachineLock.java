// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.LinuxException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Makes sure a machine runs only once (flock(2)). The kernel gives it back when its holder dies. */
public final class MachineLock implements AutoCloseable {
    private final Descriptor file;

    private MachineLock(Descriptor file) {
        this.file = file;
    }

    static Optional<MachineLock> tryLock(Path path) {
        try {
            create(path);
            Descriptor file = Descriptor.open(path.toString(), true);
            if (!file.tryLock(true)) {
                file.close();
                return Optional.empty();
            }
            Files.writeString(path, ProcessHandle.current().pid() + "\n");
            return Optional.of(new MachineLock(file));
        } catch (IOException | LinuxException e) {
            throw new ControlException(500, path + " can't be locked: " + e.getMessage(), e);
        }
    }

    /** The process id that the holder wrote; empty when the lock is free. */
    static Optional<String> holder(Path path) {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try (Descriptor file = Descriptor.open(path.toString(), false)) {
            return file.tryLock(false)
                    ? Optional.empty()
                    : Optional.of(Files.readString(path).strip());
        } catch (IOException | LinuxException e) {
            throw new ControlException(500, path + " can't be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        file.close();
    }

    private static void create(Path path) throws IOException {
        try {
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            // left by an earlier run: who locks it counts, not who made it
            return;
        }
    }
}
