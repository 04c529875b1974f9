// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import jnr.ffi.Pointer;

/**
 * A memfd mapped into this process: the machine memory that domains share.
 *
 * <p>{@link #create} seals its size (F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_SEAL), so that no peer holding the descriptor can
 * pull pages away and make the others die of SIGBUS. The mapping stays until {@link #close}; windows cut from it must
 * not be used afterwards, which only their owners can know.
 */
public final class SharedMemory implements AutoCloseable {
    public static final int PAGE_BYTES = 4096;

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;
    private static final int SEALS = 0x1 | 0x2 | 0x4;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int MAP_POPULATE = 0x8000;
    private static final int SEEK_END = 2;

    private final Descriptor descriptor;
    private final long address;
    private final long bytes;
    private boolean closed;

    private SharedMemory(Descriptor descriptor, long address, long bytes) {
        this.descriptor = descriptor;
        this.address = address;
        this.bytes = bytes;
    }

    /** New zeroed memory of a fixed size; {@code name} shows in /proc/PID/maps. */
    public static SharedMemory create(String name, long bytes) {
        if (bytes <= 0 || bytes % PAGE_BYTES != 0) {
            throw new IllegalArgumentException("bytes must be a positive multiple of the page size: bytes=" + bytes);
        }
        int fd = LibC.INSTANCE.memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        Descriptor descriptor = new Descriptor(LinuxException.check("memfd_create", fd));
        LinuxException.check("ftruncate", LibC.INSTANCE.ftruncate(fd, bytes));
        LinuxException.check("fcntl(F_ADD_SEALS)", LibC.INSTANCE.fcntl(fd, F_ADD_SEALS, SEALS));
        return map(descriptor, bytes, MAP_SHARED);
    }

    /**
     * Maps memory that another process created, and takes over its descriptor.
     *
     * @throws IllegalArgumentException when it isn't sealed: its size could change under us
     */
    public static SharedMemory open(Descriptor descriptor) {
        return open(descriptor, MAP_SHARED);
    }

    /** As {@link #open}; all pages are there at once, so that the first touch of none of them waits for a page fault. */
    public static SharedMemory openPopulated(Descriptor descriptor) {
        return open(descriptor, MAP_SHARED | MAP_POPULATE);
    }

    private static SharedMemory open(Descriptor descriptor, int flags) {
        int seals = LinuxException.check("fcntl(F_GET_SEALS)", LibC.INSTANCE.fcntl(descriptor.fd(), F_GET_SEALS, 0));
        if ((seals & SEALS) != SEALS) {
            throw new IllegalArgumentException("shared memory is not sealed: seals=" + seals);
        }
        long bytes = LinuxException.check("lseek", LibC.INSTANCE.lseek(descriptor.fd(), 0, SEEK_END));
        return map(descriptor, bytes, flags);
    }

    private static SharedMemory map(Descriptor descriptor, long bytes, int flags) {
        Pointer at = LibC.INSTANCE.mmap(null, bytes, PROT_READ | PROT_WRITE, flags, descriptor.fd(), 0);
        if (at == null || at.address() == -1) {
            throw new LinuxException("mmap", Errno.last());
        }
        return new SharedMemory(descriptor, at.address(), bytes);
    }

    public long bytes() {
        return bytes;
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    public Window window() {
        return new Window(address, bytes, true);
    }

    public Window window(long offset, long length) {
        return window().slice(offset, length);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.INSTANCE.munmap(address, bytes);
            descriptor.close();
        }
    }
}
