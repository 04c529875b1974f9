// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import java.util.function.Consumer;

/**
 * A store's changes in memory that outlives its process, as long as somebody holds its descriptor. Guarded by the store's
 * lock.
 *
 * <pre>
 *   0 magic   8 active half   16 length of half 0   24 length of half 1   4096 half 0 ...   half 1 ...
 * </pre>
 *
 * <p>A change is there once the length that covers it is stored; a writer that dies before leaves what was. When a half is
 * full, everything is written afresh into the other one, or into new memory when it has outgrown both, and only then is
 * that made the one that counts.
 */
public final class StoreLog implements AutoCloseable {
    private static final int MAGIC = 0x52465331;
    private static final int HALF = 8;
    private static final int LENGTHS = 16;
    private static final int HEADER_BYTES = SharedMemory.PAGE_BYTES;
    private static final long FIRST_HALF_BYTES = 256 << 10;

    private final Consumer<SharedMemory> keeper;
    private SharedMemory memory;

    private StoreLog(SharedMemory memory, Consumer<SharedMemory> keeper) {
        this.memory = memory;
        this.keeper = keeper;
    }

    /** An empty log. The keeper is told of the memory now, and whenever it is replaced by other memory. */
    public static StoreLog create(Consumer<SharedMemory> keeper) {
        StoreLog log = new StoreLog(allocate(FIRST_HALF_BYTES), keeper);
        log.keep();
        return log;
    }

    /**
     * Goes on with the log of a store that is gone, in memory it has been keeping.
     *
     * @throws IllegalArgumentException when that holds no log, or one of another version
     */
    public static StoreLog open(SharedMemory memory, Consumer<SharedMemory> keeper) {
        int magic = memory.window().getInt(0);
        if (magic != MAGIC) {
            throw new IllegalArgumentException("no store of this version: magic=" + Integer.toHexString(magic));
        }
        return new StoreLog(memory, keeper);
    }

    /** Tells the keeper of the memory. */
    public void keep() {
        keeper.accept(memory);
    }

    private static SharedMemory allocate(long halfBytes) {
        SharedMemory memory = SharedMemory.create("ringfence-store", HEADER_BYTES + 2 * halfBytes);
        memory.window().putInt(0, MAGIC);
        return memory;
    }

    private long halfBytes() {
        return (memory.bytes() - HEADER_BYTES) / 2;
    }

    private int half() {
        return memory.window().getIntAcquire(HALF);
    }

    private long length(int half) {
        return memory.window().getLongAcquire(LENGTHS + 8L * half);
    }

    /** All records, oldest first. */
    byte[] read() {
        int half = half();
        byte[] records = new byte[Math.toIntExact(length(half))];
        memory.window().get(HEADER_BYTES + half * halfBytes(), records, 0, records.length);
        return records;
    }

    /** Adds records, all or none; false when they don't fit. */
    boolean append(byte[] records) {
        int half = half();
        long length = length(half);
        if (length + records.length > halfBytes()) {
            return false;
        }
        write(half, length, records);
        return true;
    }

    /** Replaces everything by these records. */
    void rewrite(byte[] records) {
        if (records.length > halfBytes() / 2) {
            SharedMemory outgrown = memory;
            memory = allocate((records.length * 4L + SharedMemory.PAGE_BYTES) & -SharedMemory.PAGE_BYTES);
            write(0, 0, records);
            keeper.accept(memory);
            outgrown.close();
            return;
        }
        int other = 1 - half();
        memory.window().putLongRelease(LENGTHS + 8L * other, 0);
        write(other, 0, records);
        memory.window().putIntRelease(HALF, other);
    }

    private void write(int half, long at, byte[] records) {
        Window window = memory.window();
        window.put(HEADER_BYTES + half * halfBytes() + at, records, 0, records.length);
        window.putLongRelease(LENGTHS + 8L * half, at + records.length);
    }

    @Override
    public void close() {
        memory.close();
    }
}
