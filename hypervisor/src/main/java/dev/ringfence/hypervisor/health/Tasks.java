// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The threads of one process, under /proc. Looked at when something seems wrong; costs a few microseconds a thread. */
final class Tasks {
    private final Path directory;
    private final ProcText text;

    Tasks(long pid, ProcText text) {
        this.directory = Path.of("/proc", Long.toString(pid), "task");
        this.text = text;
    }

    /** The directory of a thread that its own PID namespace, the innermost, counts as {@code id}. */
    Optional<Path> find(int id) {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(directory)) {
            for (Path task : tasks) {
                if (innermostId(task) == id) {
                    return Optional.of(task);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return Optional.empty(); // the process is gone
        }
        return Optional.empty();
    }

    private long innermostId(Path task) {
        try (FileChannel status = FileChannel.open(task.resolve("status"), StandardOpenOption.READ)) {
            text.load(status);
            return text.find("NSpid:") ? text.lastNumber() : 0;
        } catch (IOException e) {
            return 0; // that thread is gone
        }
    }

    /** Some thread runs, or wants to. */
    boolean anyRuns() {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(directory)) {
            for (Path task : tasks) {
                if (runs(task)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return false;
        }
        return false;
    }

    private boolean runs(Path task) {
        try (FileChannel stat = FileChannel.open(task.resolve("stat"), StandardOpenOption.READ)) {
            text.load(stat);
            text.skipName();
            char state = text.character();
            return state == 'R' || state == 'D';
        } catch (IOException e) {
            return false;
        }
    }
}
