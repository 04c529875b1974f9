// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/** A process held by descriptor: its number can't be reused under us, and its death is proven, not guessed. */
public final class PidFd implements AutoCloseable {
    private static final int SYS_PIDFD_SEND_SIGNAL = 424;
    private static final int SYS_PIDFD_OPEN = 434;
    private static final int POLLIN = 1;
    private static final int REVENTS = 6;

    private final long pid;
    private final Descriptor descriptor;
    private volatile boolean closed;

    private PidFd(long pid, Descriptor descriptor) {
        this.pid = pid;
        this.descriptor = descriptor;
    }

    /** @throws LinuxException ESRCH when there is no such process */
    public static PidFd open(long pid) {
        long fd = LibC.INSTANCE.syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0, 0, 0);
        return new PidFd(pid, new Descriptor((int) LinuxException.check("pidfd_open(" + pid + ")", fd)));
    }

    /** A process that somebody else has held so far; its number may be another's by now, its descriptor is not. */
    public static PidFd of(long pid, Descriptor descriptor) {
        return new PidFd(pid, descriptor);
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    public long pid() {
        return pid;
    }

    /** False when it is dead already, or this is closed. */
    public synchronized boolean signal(int signal) {
        if (closed) {
            return false; // the number may be another process's descriptor by now
        }
        long result = LibC.INSTANCE.syscall(SYS_PIDFD_SEND_SIGNAL, descriptor.fd(), signal, 0, 0, 0, 0);
        if (result == -1 && Errno.last() != Errno.ESRCH) {
            throw new LinuxException("pidfd_send_signal", Errno.last());
        }
        return result == 0;
    }

    /**
     * Waits for the process to be gone: every thread of it has left every system call. -1 waits without bound. Any thread.
     *
     * @return true when it is proven to be gone; or when this is closed, whose owner then knows enough
     * @throws LinuxException when nothing can be known
     */
    public boolean awaitDeath(int timeoutMillis) {
        try (Scratch poll = new Scratch(8)) {
            Window table = poll.window();
            table.putInt(0, descriptor.fd());
            table.putShort(4, (short) POLLIN);
            table.putShort(REVENTS, (short) 0);
            int ready;
            do {
                ready = LibC.INSTANCE.poll(poll.address(), 1, timeoutMillis);
            } while (ready == -1 && Errno.last() == Errno.EINTR);
            // Anything but these two answers proves nothing, and who is taken for dead by mistake writes on.
            boolean proven = LinuxException.check("poll(pidfd)", ready) == 0 || (table.getShort(REVENTS) & POLLIN) != 0;
            if (!proven && !closed) {
                throw new LinuxException("poll(pidfd of " + pid + ")", Errno.EBADF);
            }
            return ready == 1;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        descriptor.close();
    }
}
