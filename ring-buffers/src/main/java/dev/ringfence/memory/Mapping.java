// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import static dev.ringfence.memory.SharedMemory.PAGE_BYTES;

import jnr.ffi.Pointer;

/**
 * A part of shared memory, mapped once more into this process: its pages can be taken away from it and given back, so that
 * whoever touches one meanwhile dies at once of SIGSEGV.
 *
 * <p>Each change is a system call, and interrupts every processor on which a thread of this process runs. Ranges of pages
 * that differ from their neighbours are mappings of their own to the kernel, which has a limit of 65,530 of them.
 */
public final class Mapping implements AutoCloseable {
    private static final int PROT_NONE = 0;
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_SHARED = 1;
    private static final int MAP_POPULATE = 0x8000;

    private final long address;
    private final long bytes;
    private boolean closed;

    private Mapping(long address, long bytes) {
        this.address = address;
        this.bytes = bytes;
    }

    /** All pages are there at once, so that no first touch waits for a page fault. Whole pages of the memory only. */
    public static Mapping of(SharedMemory memory, long offset, long bytes) {
        return map(memory, offset, bytes, MAP_SHARED | MAP_POPULATE);
    }

    /** As {@link #of}, but nothing is touched: pages that nobody has used yet take no memory. */
    public static Mapping untouched(SharedMemory memory, long offset, long bytes) {
        return map(memory, offset, bytes, MAP_SHARED);
    }

    private static Mapping map(SharedMemory memory, long offset, long bytes, int flags) {
        checkPages(offset, bytes);
        memory.window(offset, bytes);
        int fd = memory.descriptor().fd();
        Pointer at = LibC.INSTANCE.mmap(null, bytes, PROT_READ_WRITE, flags, fd, offset);
        if (at == null || at.address() == -1) {
            throw new LinuxException("mmap", Errno.last());
        }
        return new Mapping(at.address(), bytes);
    }

    /** Not to be used once this is closed, which only its owner can know. */
    public Window window() {
        return new Window(address, bytes, true);
    }

    /** From now on no thread of this process can read or write these pages; what is in them stays. */
    public void forbid(long offset, long length) {
        protect(offset, length, PROT_NONE);
    }

    /** Ends that. */
    public void permit(long offset, long length) {
        protect(offset, length, PROT_READ_WRITE);
    }

    private void protect(long offset, long length, int protection) {
        checkPages(offset, length);
        long at = window().at(offset, length);
        LinuxException.check("mprotect", LibC.INSTANCE.mprotect(at, length, protection));
    }

    private static void checkPages(long offset, long length) {
        if ((offset | length) % PAGE_BYTES != 0 || length <= 0) {
            throw new IllegalArgumentException("whole pages only: offset=" + offset + " length=" + length);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.INSTANCE.munmap(address, bytes);
        }
    }
}
