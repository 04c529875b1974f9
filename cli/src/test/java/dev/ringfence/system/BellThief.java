// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Opens the other end of every bell this process may ring, and takes out what was rung before the driver can hear it. */
final class BellThief implements AutoCloseable {
    private final List<FileInputStream> pipes = new ArrayList<>();
    private final List<FileOutputStream> bells = new ArrayList<>();
    private final AtomicLong stolen = new AtomicLong();
    private final CompletableFuture<Void> ended;
    private volatile boolean closed;

    BellThief() throws IOException {
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).toString().startsWith("pipe:")) {
                    pipes.add(new FileInputStream(descriptor.toFile()));
                    bells.add(new FileOutputStream(descriptor.toFile()));
                }
            }
        }
        ended = CompletableFuture.runAsync(this::steal, task -> new Thread(task, "thief").start());
    }

    /** How often it was quicker than the driver, so far. */
    long stolen() {
        return stolen.get();
    }

    private void steal() {
        byte[] loot = new byte[64];
        try {
            while (!closed) {
                for (FileInputStream pipe : pipes) {
                    stolen.addAndGet(pipe.available() > 0 ? pipe.read(loot) : 0);
                }
            }
            for (FileInputStream pipe : pipes) {
                pipe.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        while (!ended.isDone()) {
            // Where the driver was quicker, the thief reads from an empty pipe, and sleeps.
            for (FileOutputStream bell : bells) {
                bell.write(1);
            }
            LockSupport.parkNanos(1_000_000);
        }
        ended.join();
        for (FileOutputStream bell : bells) {
            bell.close();
        }
    }
}
