// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A file on a disk that takes what it has room for, and fails when asked again, as the kernel does. */
final class SmallDisk implements SeekableByteChannel {
    private final SeekableByteChannel file;
    long capacity;

    SmallDisk(SeekableByteChannel file, long capacity) {
        this.file = file;
        this.capacity = capacity;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int room = (int) Math.min(capacity - file.position(), source.remaining());
        if (room <= 0) {
            throw new IOException("No space left on device");
        }
        ByteBuffer part = source.slice(source.position(), room);
        int written = file.write(part);
        source.position(source.position() + written);
        return written;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return file.read(target);
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        file.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        file.truncate(size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
