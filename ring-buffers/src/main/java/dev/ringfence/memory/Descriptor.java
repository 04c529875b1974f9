// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.util.concurrent.atomic.AtomicInteger;

/** An open file descriptor with an owner; closing twice is harmless, using it afterwards is an error. */
public final class Descriptor implements AutoCloseable {
    private static final int O_CLOEXEC = 0x80000;
    private static final int LOCK_EX = 2;
    private static final int LOCK_SH = 1;
    private static final int LOCK_NB = 4;

    private final AtomicInteger fd;

    public Descriptor(int fd) {
        if (fd < 0) {
            throw new IllegalArgumentException("fd must not be negative: fd=" + fd);
        }
        this.fd = new AtomicInteger(fd);
    }

    /** Opens an existing file or device, close-on-exec. */
    public static Descriptor open(String path, boolean writable) {
        int flags = (writable ? 2 : 0) | O_CLOEXEC;
        return new Descriptor(LinuxException.check("open " + path, LibC.INSTANCE.open(path, flags, 0)));
    }

    public int fd() {
        int value = fd.get();
        if (value < 0) {
            throw new IllegalStateException("descriptor is closed");
        }
        return value;
    }

    public Descriptor duplicate() {
        return new Descriptor(LinuxException.check("dup", LibC.INSTANCE.dup(fd())));
    }

    /** Locks the open file for its owner's lifetime; false when somebody else holds a conflicting lock. */
    public boolean tryLock(boolean exclusive) {
        int result = LibC.INSTANCE.flock(fd(), (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB);
        if (result == -1 && Errno.last() != Errno.EAGAIN) {
            throw new LinuxException("flock", Errno.last());
        }
        return result == 0;
    }

    @Override
    public void close() {
        int value = fd.getAndSet(-1);
        if (value >= 0) {
            LibC.INSTANCE.close(value);
        }
    }

    @Override
    public String toString() {
        return "fd " + fd.get();
    }
}
