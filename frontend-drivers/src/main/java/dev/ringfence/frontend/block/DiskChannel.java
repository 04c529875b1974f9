// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A disk as a file of fixed size: blocking, any offset, any length, any thread.
 *
 * <p>A write that covers a sector in part reads the rest of it first and writes it back; it excludes other writes of this
 * channel meanwhile, but not those that reach the disk another way. Works like {@link java.nio.channels.FileChannel} as
 * far as a disk can. Closing the channel leaves the disk open.
 */
public final class DiskChannel implements SeekableByteChannel {
    /** Longest piece moved by way of a buffer of our own; whole sectors. */
    private static final int PIECE_BYTES = 1 << 20;

    private final AsyncDisk disk;
    private final int sectorBytes;
    /** Held exclusively by writes that read first, shared by those that needn't. */
    private final ReadWriteLock sectors = new ReentrantReadWriteLock();

    private final Object positionLock = new Object();
    private long position;
    private volatile boolean open = true;

    public DiskChannel(AsyncDisk disk) {
        this.disk = disk;
        this.sectorBytes = disk.info().sectorBytes();
    }

    /** As {@link java.nio.channels.FileChannel#read(ByteBuffer, long)}; short only at the end of the disk. */
    public int read(ByteBuffer destination, long from) throws IOException {
        int length = clip(destination, from);
        if (length <= 0) {
            return destination.hasRemaining() ? -1 : 0;
        }
        ByteBuffer part = destination.slice(destination.position(), length);
        if (isAligned(from) && isAligned(length)) {
            await(disk.read(from, part));
        } else {
            readByPieces(part, from);
        }
        destination.position(destination.position() + length);
        return length;
    }

    private void readByPieces(ByteBuffer part, long from) throws IOException {
        while (part.hasRemaining()) {
            long at = from + part.position();
            long begin = floor(at);
            int wanted = (int) Math.min(part.remaining(), begin + PIECE_BYTES - at);
            ByteBuffer piece = ByteBuffer.allocate((int) (ceiling(at + wanted) - begin));
            await(disk.read(begin, piece));
            part.put(piece.slice((int) (at - begin), wanted));
        }
    }

    /**
     * As {@link java.nio.channels.FileChannel#write(ByteBuffer, long)}; short only at the end of the disk.
     *
     * @throws IOException also when nothing can be written because {@code from} is at the end or beyond
     */
    public int write(ByteBuffer source, long from) throws IOException {
        int length = clip(source, from);
        if (length <= 0) {
            if (source.hasRemaining()) {
                throw new IOException("no space left on the disk: offset=" + from + " size=" + size());
            }
            return 0;
        }
        ByteBuffer part = source.slice(source.position(), length);
        boolean aligned = isAligned(from) && isAligned(length);
        Lock lock = aligned ? sectors.readLock() : sectors.writeLock();
        lock.lock();
        try {
            if (aligned) {
                await(disk.write(from, part));
            } else {
                writeByPieces(part, from);
            }
        } finally {
            lock.unlock();
        }
        source.position(source.position() + length);
        return length;
    }

    private void writeByPieces(ByteBuffer part, long from) throws IOException {
        while (part.hasRemaining()) {
            long at = from + part.position();
            long begin = floor(at);
            int length = (int) Math.min(part.remaining(), begin + PIECE_BYTES - at);
            ByteBuffer piece = ByteBuffer.allocate((int) (ceiling(at + length) - begin));
            int last = piece.capacity() - sectorBytes;
            if (begin != at) {
                await(disk.read(begin, piece.slice(0, sectorBytes)));
            }
            if (!isAligned(at + length) && (last > 0 || begin == at)) {
                await(disk.read(begin + last, piece.slice(last, sectorBytes)));
            }
            piece.put((int) (at - begin), part, part.position(), length);
            await(disk.write(begin, piece));
            part.position(part.position() + length);
        }
    }

    /** Makes everything written so far durable; nothing to do on a disk without a cache. */
    public void force(boolean metaData) throws IOException {
        checkOpen();
        if (disk.info().flush()) {
            await(disk.flush());
        }
    }

    private int clip(ByteBuffer buffer, long from) throws IOException {
        checkOpen();
        if (from < 0) {
            throw new IllegalArgumentException("offset=" + from);
        }
        return (int) Math.min(buffer.remaining(), Math.max(0, size() - from));
    }

    private boolean isAligned(long value) {
        return (value & sectorBytes - 1) == 0;
    }

    private long floor(long value) {
        return value & -sectorBytes;
    }

    private long ceiling(long value) {
        return floor(value + sectorBytes - 1);
    }

    private static void await(CompletableFuture<Void> future) throws IOException {
        try {
            future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ClosedChannelException) {
                throw new ClosedChannelException();
            }
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    private void checkOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        synchronized (positionLock) {
            int length = read(destination, position);
            position += Math.max(0, length);
            return length;
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        synchronized (positionLock) {
            int length = write(source, position);
            position += length;
            return length;
        }
    }

    @Override
    public long position() throws IOException {
        checkOpen();
        synchronized (positionLock) {
            return position;
        }
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        checkOpen();
        if (newPosition < 0) {
            throw new IllegalArgumentException("newPosition=" + newPosition);
        }
        synchronized (positionLock) {
            position = newPosition;
        }
        return this;
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return disk.info().bytes();
    }

    /** Only moves the position: a disk has a fixed size. */
    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        checkOpen();
        if (size < size()) {
            throw new IOException("a disk can't be truncated: size=" + size);
        }
        synchronized (positionLock) {
            position = Math.min(position, size);
        }
        return this;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}
