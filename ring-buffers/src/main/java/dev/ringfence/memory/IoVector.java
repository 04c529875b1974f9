// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/**
 * A reusable list of memory pieces for one read or write of a file, straight to and from shared pages.
 *
 * <p>Confined to one thread. Neighbouring pieces are merged. Results are byte counts, or a negated errno.
 */
public final class IoVector {
    private static final int IOVEC_BYTES = 16;
    private static final int IOV_MAX = 1024;

    private final int capacity;
    private final Scratch vectors;
    private final Window table;
    private int count;
    private int first;
    private long length;

    public IoVector(int capacity) {
        if (capacity < 1 || capacity > IOV_MAX) {
            throw new IllegalArgumentException("capacity must be 1 to " + IOV_MAX + ": capacity=" + capacity);
        }
        this.capacity = capacity;
        this.vectors = new Scratch(capacity * IOVEC_BYTES);
        this.table = vectors.window();
    }

    public void clear() {
        count = 0;
        first = 0;
        length = 0;
    }

    /** Bytes left to transfer. */
    public long length() {
        return length;
    }

    public void add(Window memory, long offset, long bytes) {
        long address = memory.at(offset, bytes);
        length += bytes;
        if (count > 0) {
            long last = (count - 1L) * IOVEC_BYTES;
            long lastBytes = table.getLong(last + 8);
            if (table.getLong(last) + lastBytes == address) {
                table.putLong(last + 8, lastBytes + bytes);
                return;
            }
        }
        if (count == capacity) {
            throw new IllegalStateException("vector is full: capacity=" + capacity);
        }
        table.putLong((long) count * IOVEC_BYTES, address);
        table.putLong((long) count * IOVEC_BYTES + 8, bytes);
        count++;
    }

    /** One preadv at {@code offset}. May be short; {@link #advance} over what came, then call again. */
    public long read(Descriptor file, long offset) {
        long at = vectors.address() + (long) first * IOVEC_BYTES;
        return result(LibC.INSTANCE.preadv(file.fd(), at, count - first, offset));
    }

    /** One pwritev at {@code offset}. May be short. */
    public long write(Descriptor file, long offset) {
        long at = vectors.address() + (long) first * IOVEC_BYTES;
        return result(LibC.INSTANCE.pwritev(file.fd(), at, count - first, offset));
    }

    /** One readv, of a file that has no positions: one frame of a TAP device. */
    public long receive(Descriptor file) {
        long at = vectors.address() + (long) first * IOVEC_BYTES;
        return result(LibC.INSTANCE.readv(file.fd(), at, count - first));
    }

    /** One writev, of a file that has no positions: one frame of a TAP device. */
    public long send(Descriptor file) {
        long at = vectors.address() + (long) first * IOVEC_BYTES;
        return result(LibC.INSTANCE.writev(file.fd(), at, count - first));
    }

    private static long result(long returned) {
        long result = returned == -1 ? -Errno.last() : returned;
        CrashPoint.passed();
        return result;
    }

    /** Copies all pieces out of {@code source} from {@code offset} on. */
    public void copyFrom(Window source, long offset) {
        long at = source.at(offset, length);
        for (int i = first; i < count; i++) {
            long bytes = table.getLong(i * (long) IOVEC_BYTES + 8);
            Window.copy(at, table.getLong(i * (long) IOVEC_BYTES), bytes);
            CrashPoint.passed();
            at += bytes;
        }
    }

    /** Copies all pieces into {@code destination} from {@code offset} on. */
    public void copyTo(Window destination, long offset) {
        long at = destination.at(offset, length);
        for (int i = first; i < count; i++) {
            long bytes = table.getLong(i * (long) IOVEC_BYTES + 8);
            Window.copy(table.getLong(i * (long) IOVEC_BYTES), at, bytes);
            CrashPoint.passed();
            at += bytes;
        }
    }

    /** Drops the first {@code bytes} of what is left, after a short transfer. */
    public void advance(long bytes) {
        length -= bytes;
        long left = bytes;
        while (left > 0) {
            long at = (long) first * IOVEC_BYTES;
            long piece = table.getLong(at + 8);
            if (piece > left) {
                table.putLong(at, table.getLong(at) + left);
                table.putLong(at + 8, piece - left);
                return;
            }
            left -= piece;
            first++;
        }
    }
}
