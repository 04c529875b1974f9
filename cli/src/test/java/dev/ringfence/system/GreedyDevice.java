// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.SharedMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A disk that takes something it should not whenever a certain sector is written, and answers all the same. */
public final class GreedyDevice implements BlockDevice {
    /** What to take; to be found at the sector of its ordinal. */
    enum Greed {
        NONE,
        MEMORY,
        SHARED_MEMORY,
        FILES,
        THREADS,
        PROCESSOR
    }

    static final int SECTOR_BYTES = 512;
    private static final int BYTES = 1 << 20;
    private static final int MUCH = 256 << 20;

    private final List<Object> taken = new ArrayList<>();
    private final SharedMemory memory = SharedMemory.create("greedy", BYTES);

    public GreedyDevice(DeviceDescription description) {
        assert description.sectorBytes() == SECTOR_BYTES;
    }

    @Override
    public int write(long offset, IoVector source) {
        int sector = (int) (offset / SECTOR_BYTES);
        if (sector < Greed.values().length) {
            // On a thread of its own, so that the request is answered and no successor has to repeat it.
            daemon(() -> take(Greed.values()[sector]));
        }
        source.copyTo(memory.window(), offset);
        return 0;
    }

    private synchronized void take(Greed what) {
        try {
            switch (what) {
                case MEMORY -> privateMemory();
                case SHARED_MEMORY -> sharedMemory();
                case FILES -> files();
                case THREADS -> threads();
                case PROCESSOR ->
                    daemon(() -> {
                        while (true) {
                            Thread.onSpinWait();
                        }
                    });
                case NONE -> taken.clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void privateMemory() throws IOException {
        Path file = Files.createTempFile("greedy", "");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var mapped = channel.map(FileChannel.MapMode.PRIVATE, 0, MUCH);
            for (int at = 0; at < MUCH; at += SharedMemory.PAGE_BYTES) {
                mapped.put(at, (byte) 1);
            }
            taken.add(mapped);
        }
    }

    private void sharedMemory() {
        SharedMemory mapped = SharedMemory.create("greedy", MUCH);
        mapped.window().fill(0, MUCH, (byte) 1);
        taken.add(mapped);
    }

    private void files() {
        for (int i = 0; i < 1_000; i++) {
            taken.add(Descriptor.open("/dev/null", false));
        }
    }

    private static void threads() {
        for (int i = 0; i < 300; i++) {
            daemon(() -> {
                while (true) {
                    java.util.concurrent.locks.LockSupport.park();
                }
            });
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(null, task, "greedy", 64 << 10);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public int read(long offset, IoVector destination) {
        destination.copyFrom(memory.window(), offset);
        return 0;
    }

    @Override
    public long bytes() {
        return BYTES;
    }

    @Override
    public int sectorBytes() {
        return SECTOR_BYTES;
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public int discardGranularityBytes() {
        return 0;
    }

    @Override
    public int flush() {
        return 0;
    }

    @Override
    public int discard(long offset, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        memory.close();
    }
}
