// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Signals, and how a process ends. */
public final class Processes {
    public static final int SIGKILL = 9;
    public static final int SIGTERM = 15;
    public static final int SIGCONT = 18;
    public static final int SIGSTOP = 19;

    /** In the first page, which is never mapped; not null, which the C library may check for. */
    private static final long NOWHERE = 64;

    private static final int SYS_EXIT = 60;
    private static final int SYS_GETTID = 186;

    private Processes() {}

    /**
     * Ends this process now, by SIGKILL.
     *
     * <p>{@code halt} and {@code exit} wait for threads in native code, for hundreds of milliseconds, and a lease
     * stays held all that while.
     */
    public static void killSelf() {
        LibC.INSTANCE.kill(LibC.INSTANCE.getpid(), SIGKILL);
        throw new IllegalStateException("SIGKILL of ourselves returned: errno=" + Errno.last());
    }

    /**
     * Ends this process by SIGSEGV in native code, as a broken native library would: the C library reads memory where
     * there is none.
     */
    public static void crashSelf() {
        LibC.INSTANCE.pthread_mutex_lock(NOWHERE);
        throw new IllegalStateException("memory where there is none was read");
    }

    /**
     * A command that a terminal's Ctrl-C, Ctrl-\, Ctrl-Z and end don't reach. It stays in our session: where the kernel
     * shares the processors out between sessions (autogroups), nice values count within one alone.
     */
    public static List<String> deafToTerminal(List<String> command) {
        List<String> deaf = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT QUIT TSTP HUP; exec \"$@\"", "deaf"));
        deaf.addAll(command);
        return deaf;
    }

    /** The calling thread, as its PID namespace counts: what a robust mutex it holds has in its word. */
    public static int threadId() {
        return (int) LibC.INSTANCE.syscall(SYS_GETTID, 0, 0, 0, 0, 0, 0);
    }

    /** Ends the calling thread alone, behind the back of C library and JVM: see {@link CrashPoint#exitThread}. */
    static void exitThread() {
        LibC.INSTANCE.syscall(SYS_EXIT, 0, 0, 0, 0, 0, 0);
        throw new IllegalStateException("exit of this thread returned: errno=" + Errno.last());
    }

    /** False when there is no such process. */
    public static boolean signal(long pid, int signal) {
        int result = LibC.INSTANCE.kill(Math.toIntExact(pid), signal);
        if (result == -1 && Errno.last() != Errno.ESRCH) {
            throw new LinuxException("kill(" + pid + ", " + signal + ")", Errno.last());
        }
        return result == 0;
    }

    /** True when a thread of this process sleeps, in a system call or waiting for another thread. */
    public static boolean isAsleep(int threadId) {
        try {
            String stat = Files.readString(Path.of("/proc/self/task/" + threadId + "/stat"));
            // The name, in brackets, may hold anything; the state is the first field behind it.
            return stat.startsWith(" S ", stat.lastIndexOf(')') + 1);
        } catch (IOException e) {
            return false; // it has ended
        }
    }
}
