// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.core.UnsafeMemory;

/**
 * A slice of shared memory, every access checked against its bounds: the one class that orders accesses.
 *
 * <p>Plain accesses are {@code getInt}/{@code putInt}; {@code ...Acquire} and {@code ...Release} pair up across
 * processes, {@link #fullFence} stands between a store and a load that must not pass it. Every store to
 * shared memory, ordered or plain, is a place where a driver can die: {@link CrashPoint} counts them.
 *
 * <p>Multi-byte values are little-endian, as on the only architecture we run on. Offsets are bytes.
 */
public final class Window {
    private static final UnsafeMemory MEMORY = UnsafeMemory.INSTANCE;

    private final long address;
    private final long bytes;
    private final boolean shared;

    /** @param shared somebody else may find what was stored here, even after our death */
    Window(long address, long bytes, boolean shared) {
        this.address = address;
        this.bytes = bytes;
        this.shared = shared;
    }

    public long bytes() {
        return bytes;
    }

    public Window slice(long offset, long length) {
        return new Window(at(offset, length), length, shared);
    }

    /**
     * The same memory, for what no successor acts on: plain stores to it are no moments a {@link CrashPoint} counts, so that
     * their number may depend on the time.
     */
    public Window unwatched() {
        return new Window(address, bytes, false);
    }

    public byte getByte(long offset) {
        return MEMORY.readByte(at(offset, 1));
    }

    public void putByte(long offset, byte value) {
        MEMORY.writeByte(at(offset, 1), value);
        stored();
    }

    public short getShort(long offset) {
        return MEMORY.readShort(at(offset, 2));
    }

    public void putShort(long offset, short value) {
        MEMORY.writeShort(at(offset, 2), value);
        stored();
    }

    public int getInt(long offset) {
        return MEMORY.readInt(at(offset, 4));
    }

    public void putInt(long offset, int value) {
        MEMORY.writeInt(at(offset, 4), value);
        stored();
    }

    public long getLong(long offset) {
        return MEMORY.readLong(at(offset, 8));
    }

    public void putLong(long offset, long value) {
        MEMORY.writeLong(at(offset, 8), value);
        stored();
    }

    public short getShortAcquire(long offset) {
        return MEMORY.readVolatileShort(at(offset, 2));
    }

    public int getIntAcquire(long offset) {
        return MEMORY.readVolatileInt(at(offset, 4));
    }

    public long getLongAcquire(long offset) {
        return MEMORY.readVolatileLong(at(offset, 8));
    }

    /** Whoever sees {@code value} here by an acquire sees every earlier store of this thread too. */
    public void putIntRelease(long offset, int value) {
        MEMORY.writeOrderedInt(at(offset, 4), value);
        CrashPoint.passed();
    }

    /** As {@link #putIntRelease}, for 8 bytes. */
    public void putLongRelease(long offset, long value) {
        MEMORY.writeOrderedLong(at(offset, 8), value);
        CrashPoint.passed();
    }

    /** Atomic, a full fence. */
    public boolean compareAndSetInt(long offset, int expected, int value) {
        boolean done = MEMORY.compareAndSwapInt(at(offset, 4), expected, value);
        if (done) {
            CrashPoint.passed();
        }
        return done;
    }

    /** Atomic, a full fence. */
    public boolean compareAndSetLong(long offset, long expected, long value) {
        boolean done = MEMORY.compareAndSwapLong(at(offset, 8), expected, value);
        if (done) {
            CrashPoint.passed();
        }
        return done;
    }

    /** This thread's earlier stores are visible to everybody before its later loads read anything. */
    public static void fullFence() {
        java.lang.invoke.VarHandle.fullFence();
    }

    public void get(long offset, byte[] destination, int index, int length) {
        java.util.Objects.checkFromIndexSize(index, length, destination.length);
        MEMORY.readBytes(at(offset, length), destination, index, length);
    }

    public void put(long offset, byte[] source, int index, int length) {
        java.util.Objects.checkFromIndexSize(index, length, source.length);
        MEMORY.copyMemory(source, index, at(offset, length), length);
        stored();
    }

    public void copyTo(long offset, Window destination, long destinationOffset, long length) {
        MEMORY.copyMemory(at(offset, length), destination.at(destinationOffset, length), length);
        destination.stored();
    }

    static void copy(long from, long to, long length) {
        MEMORY.copyMemory(from, to, length);
    }

    public void fill(long offset, long length, byte value) {
        MEMORY.setMemory(at(offset, length), length, value);
        stored();
    }

    /** A direct buffer over the same memory, valid as long as the mapping is; little-endian. */
    public ByteBuffer byteBuffer(long offset, int length) {
        ByteBuffer buffer = MemoryIO.getInstance().newDirectByteBuffer(at(offset, length), length);
        return buffer.order(java.nio.ByteOrder.LITTLE_ENDIAN);
    }

    private void stored() {
        if (shared) {
            CrashPoint.passedPlain();
        }
    }

    /** The same memory as Chronicle sees it. */
    public BytesStore<?, ?> bytesStore() {
        return BytesStore.wrap(address, bytes);
    }

    /** For system calls and copies of this package. */
    long at(long offset, long length) {
        // One unsigned comparison refuses negative offsets, negative lengths and overflow alike.
        if ((offset | length) < 0 || offset > bytes - length) {
            throw new IndexOutOfBoundsException("offset=" + offset + " length=" + length + " bytes=" + bytes);
        }
        return address + offset;
    }
}
