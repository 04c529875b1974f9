// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.frontend.block.BlockFrontend;
import dev.ringfence.frontend.block.DiskInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * A disk in direct memory behind an honest {@link dev.ringfence.frontend.block.BlockQueue}: requests take effect only
 * after a publish, answers come only from poll, ring and buffer pool are as small as asked for, and misuse throws.
 */
final class MemoryBlockFrontend implements BlockFrontend {
    private volatile DiskInfo info;
    private final ByteBuffer disk;
    private final List<MemoryBlockQueue> queues = new ArrayList<>();
    private final MemoryDriver driver;

    private MemoryBlockFrontend(Builder options) {
        info = new DiskInfo(
                options.bytes,
                options.sectorBytes,
                options.readOnly,
                options.flush,
                options.discard,
                options.discard ? 4096 : 0,
                options.maxTransferBytes);
        disk = ByteBuffer.allocateDirect((int) options.bytes);
        driver = options.threaded ? new MemoryDriver(options.seed, options.outOfOrder) : null;
        for (int i = 0; i < options.queues; i++) {
            queues.add(new MemoryBlockQueue(this, options, driver));
        }
    }

    static Builder ofBytes(long bytes) {
        return new Builder(bytes);
    }

    @Override
    public DiskInfo info() {
        return info;
    }

    @Override
    public List<MemoryBlockQueue> queues() {
        return queues;
    }

    MemoryBlockQueue queue() {
        return queues.get(0);
    }

    /** As after a reconnect to a driver that offers less. */
    void offer(long bytes, int maxTransferBytes) {
        info = new DiskInfo(
                bytes,
                info.sectorBytes(),
                info.readOnly(),
                info.flush(),
                info.discard(),
                info.discardGranularityBytes(),
                maxTransferBytes);
    }

    /** A view of the whole disk. */
    ByteBuffer disk() {
        return disk.duplicate();
    }

    /** Keeps a threaded driver from answering, until {@link #resume}. */
    void pause() {
        driver.pause();
    }

    void resume() {
        driver.resume();
    }

    @Override
    public void close() {
        if (driver != null) {
            driver.stop();
        }
        queues.forEach(MemoryBlockQueue::close);
    }

    static final class Builder {
        private final long bytes;
        private int sectorBytes = 512;
        private boolean readOnly;
        private boolean flush = true;
        private boolean discard = true;
        private int queues = 1;
        private int maxTransferBytes = 1 << 20;
        private boolean threaded;
        private boolean outOfOrder;
        private long seed;
        int ringSlots = 64;
        int poolBytes = 8 << 20;
        LongPredicate failing = offset -> false;
        boolean discardNotSupported;

        private Builder(long bytes) {
            this.bytes = bytes;
        }

        Builder sectorBytes(int newSectorBytes) {
            sectorBytes = newSectorBytes;
            return this;
        }

        Builder readOnly() {
            readOnly = true;
            return this;
        }

        Builder withoutFlush() {
            flush = false;
            return this;
        }

        Builder withoutDiscard() {
            discard = false;
            return this;
        }

        /** Offers discard, and then answers that it can't. */
        Builder discardNotSupported() {
            discardNotSupported = true;
            return this;
        }

        Builder queues(int count) {
            queues = count;
            return this;
        }

        Builder maxTransferBytes(int newMaxTransferBytes) {
            maxTransferBytes = newMaxTransferBytes;
            return this;
        }

        Builder ringSlots(int count) {
            ringSlots = count;
            return this;
        }

        Builder poolBytes(int newPoolBytes) {
            poolBytes = newPoolBytes;
            return this;
        }

        /** Requests that touch such an offset, a multiple of 512, fail. */
        Builder failingAt(LongPredicate offset) {
            failing = offset;
            return this;
        }

        /** Requests are carried out by another thread, which rings the doorbell. */
        Builder threaded() {
            threaded = true;
            return this;
        }

        /** As {@link #threaded}, with answers in an order drawn from {@code newSeed}. */
        Builder outOfOrder(long newSeed) {
            threaded = true;
            outOfOrder = true;
            seed = newSeed;
            return this;
        }

        MemoryBlockFrontend build() {
            return new MemoryBlockFrontend(this);
        }
    }
}
