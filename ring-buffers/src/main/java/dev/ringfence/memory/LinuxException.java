// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/** A system call failed in a way its caller has no use for. */
public final class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int errno;

    public LinuxException(String call, int errno) {
        super(call + ": " + Errno.name(errno));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }

    /** Passes a call's result through, or throws with the thread's errno when it is -1. */
    static int check(String call, int result) {
        if (result == -1) {
            throw new LinuxException(call, Errno.last());
        }
        return result;
    }

    static long check(String call, long result) {
        if (result == -1) {
            throw new LinuxException(call, Errno.last());
        }
        return result;
    }
}
