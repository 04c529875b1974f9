// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.memory.LinuxException;
import dev.ringfence.memory.PidFd;
import dev.ringfence.memory.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes a machine has started, written down: domains go on when their hypervisor dies, and whoever starts the
 * machine next must end them first.
 *
 * <p>A line a process: its id and its start time, so that nobody else's process of the same id is ever ended.
 */
public final class Orphans implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);
    private static final int START_TIME = 19;

    private final Path file;
    private final Path directory;

    public Orphans(MachineDirectory directory) {
        this.directory = directory.path();
        this.file = this.directory.resolve("processes");
    }

    /** Remembers a process of this machine. */
    synchronized void note(long pid) {
        startTime(pid).ifPresent(start -> {
            try {
                Files.writeString(file, pid + " " + start + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                LOG.warn("process {} is not written down in {}: {}", pid, file, e.getMessage());
            }
        });
    }

    /** Ends whatever a dead hypervisor of this machine left running, and removes its sockets; how many processes. */
    public int clear() {
        int ended = 0;
        try {
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                String[] fields = line.split(" ", -1);
                long pid = Long.parseLong(fields[0]);
                if (startTime(pid).equals(Optional.of(fields[1])) && end(pid)) {
                    ended++;
                }
            }
            Files.deleteIfExists(file);
            try (var sockets = Files.newDirectoryStream(directory, "*.sock")) {
                for (Path socket : sockets) {
                    Files.deleteIfExists(socket);
                }
            }
        } catch (IOException | NumberFormatException e) {
            throw new ControlException(
                    500, "the state of an earlier run in " + directory + " can't be cleared: " + e, e);
        }
        return ended;
    }

    private static boolean end(long pid) {
        try (PidFd process = PidFd.open(pid)) {
            process.signal(Processes.SIGKILL);
            return process.awaitDeath(10_000);
        } catch (LinuxException e) {
            return false; // gone meanwhile
        }
    }

    private static Optional<String> startTime(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[START_TIME]);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
