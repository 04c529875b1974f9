// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/** Limits this process puts on itself; a hard limit, once lowered, stays (setrlimit(2)). */
public final class ResourceLimits {
    private static final int RLIMIT_FSIZE = 1;
    private static final int RLIMIT_CORE = 4;
    private static final int RLIMIT_NOFILE = 7;
    private static final int RLIMIT_RTPRIO = 14;

    private ResourceLimits() {}

    /** No core file: writing one would keep the lease of a dead driver for seconds. */
    public static void noCoreDumps() {
        set(RLIMIT_CORE, 0);
    }

    public static void openFiles(long most) {
        set(RLIMIT_NOFILE, Math.min(most, hard(RLIMIT_NOFILE)));
    }

    /** The soft limit: from now on writes of files stop there, and fail with EFBIG behind it. May be raised again. */
    public static void fileBytes(long most) {
        long hard = hard(RLIMIT_FSIZE);
        set(RLIMIT_FSIZE, Math.min(most, hard), hard);
    }

    /** The highest real-time priority this process may take; 0: none, unless it is privileged. */
    public static long realTimePriority() {
        return hard(RLIMIT_RTPRIO);
    }

    private static long hard(int resource) {
        try (Scratch limits = new Scratch(16)) {
            LinuxException.check("getrlimit", LibC.INSTANCE.getrlimit(resource, limits.address()));
            long hard = limits.window().getLong(8);
            return hard < 0 ? Long.MAX_VALUE : hard;
        }
    }

    private static void set(int resource, long most) {
        set(resource, most, most);
    }

    private static void set(int resource, long soft, long hard) {
        try (Scratch limits = new Scratch(16)) {
            limits.window().putLong(0, soft);
            limits.window().putLong(8, hard);
            LinuxException.check("setrlimit", LibC.INSTANCE.setrlimit(resource, limits.address()));
        }
    }
}
