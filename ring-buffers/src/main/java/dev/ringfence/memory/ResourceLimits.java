// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/** Limits this process puts on itself; a hard limit, once lowered, stays (setrlimit(2)). */
public final class ResourceLimits {
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
        try (Scratch limits = new Scratch(16)) {
            limits.window().putLong(0, most);
            limits.window().putLong(8, most);
            LinuxException.check("setrlimit", LibC.INSTANCE.setrlimit(resource, limits.address()));
        }
    }
}
