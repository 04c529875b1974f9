// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The files of one process under /proc that say what it uses, kept open. One thread. */
final class UsageProbe implements AutoCloseable {
    private static final long MILLIS_A_TICK = 10;
    private static final int UTIME = 11;

    private final ProcText text;
    private final FileChannel stat;
    private final FileChannel status;
    private final Path descriptors;

    /** @throws IOException there is no such process */
    UsageProbe(long pid, ProcText text) throws IOException {
        Path directory = Path.of("/proc", Long.toString(pid));
        this.text = text;
        this.stat = FileChannel.open(directory.resolve("stat"), StandardOpenOption.READ);
        this.status = FileChannel.open(directory.resolve("status"), StandardOpenOption.READ);
        this.descriptors = directory.resolve("fd");
    }

    /** False when it is gone. */
    boolean read(Usage usage) {
        try {
            text.load(stat);
            text.skipName();
            usage.state = text.character();
            for (int field = 1; field < UTIME; field++) {
                text.skipField();
            }
            usage.cpuMillis = (text.number() + text.number()) * MILLIS_A_TICK;
            text.load(status);
            usage.anonymousBytes = kibibytes("RssAnon:");
            usage.sharedBytes = kibibytes("RssShmem:");
            usage.swappedBytes = kibibytes("VmSwap:");
            usage.threads = text.find("Threads:") ? (int) text.number() : 0;
            usage.files = files();
            return true;
        } catch (IOException | DirectoryIteratorException e) {
            return false;
        }
    }

    private long kibibytes(String key) {
        return text.find(key) ? text.number() << 10 : 0;
    }

    private int files() throws IOException {
        int count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
            for (Path ignored : open) {
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        stat.close();
        status.close();
    }
}
