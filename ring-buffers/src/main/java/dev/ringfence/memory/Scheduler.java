// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The kernel's scheduler, for threads of any process of ours: setpriority(2), sched(7). */
public final class Scheduler {
    private static final int SYS_GETPRIORITY = 140;
    private static final int SYS_SETPRIORITY = 141;
    private static final int SYS_SCHED_SETSCHEDULER = 144;
    private static final int SYS_PRLIMIT64 = 302;
    private static final int PRIO_PROCESS = 0;
    /** The system call counts from 40, the best, down to 1. */
    private static final int NICE_BASE = 20;

    private static final int SCHED_OTHER = 0;
    private static final int SCHED_FIFO = 1;
    private static final int SCHED_IDLE = 5;
    private static final int SCHED_RESET_ON_FORK = 0x40000000;
    private static final int RLIMIT_RTTIME = 15;

    private Scheduler() {}

    /**
     * Real-time: the thread runs before every ordinary one, as soon as it can. Threads that it starts are ordinary.
     *
     * @param priority 1 to 99
     * @return false when we may not (CAP_SYS_NICE, RLIMIT_RTPRIO), or there is no such thread
     */
    public static boolean realTime(long thread, int priority) {
        return schedule(thread, SCHED_FIFO | SCHED_RESET_ON_FORK, priority);
    }

    /** Ends that. False when there is no such thread. */
    public static boolean ordinary(long thread) {
        return schedule(thread, SCHED_OTHER | SCHED_RESET_ON_FORK, 0);
    }

    /** The thread runs when nobody else wants to, or hardly ever. False when there is no such thread. */
    public static boolean idle(long thread) {
        return schedule(thread, SCHED_IDLE | SCHED_RESET_ON_FORK, 0);
    }

    private static boolean schedule(long thread, int policy, int priority) {
        try (Scratch parameters = new Scratch(4)) {
            parameters.window().putInt(0, priority);
            return LibC.INSTANCE.syscall(SYS_SCHED_SETSCHEDULER, thread, policy, parameters.address(), 0, 0, 0) == 0;
        }
    }

    /** The calling thread's nice value. */
    public static int nice() {
        return NICE_BASE - (int) LibC.INSTANCE.syscall(SYS_GETPRIORITY, PRIO_PROCESS, 0, 0, 0, 0, 0);
    }

    /**
     * Lets a thread give way to others; anybody may make their own nicer.
     *
     * @param thread 0: the calling one
     * @return false when there is no such thread, or when this takes back what was given and we may not (CAP_SYS_NICE,
     *     RLIMIT_NICE)
     */
    public static boolean nice(long thread, int nice) {
        return LibC.INSTANCE.syscall(SYS_SETPRIORITY, PRIO_PROCESS, thread, nice, 0, 0, 0) == 0;
    }

    /** Whether we may end what {@link #nice} began. Tried on a thread of its own, which is spoilt when we may not. */
    public static boolean mayTakeBackNice() {
        FutureTask<Boolean> trial = new FutureTask<>(() -> {
            int nice = nice();
            return nice(0, nice + 1) && nice(0, nice);
        });
        Thread thread = new Thread(trial, "nice");
        thread.setDaemon(true);
        thread.start();
        try {
            return trial.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** SIGKILL for a process with a real-time thread that has run so long without once sleeping. False: we may not. */
    public static boolean limitRealTime(long process, long micros) {
        try (Scratch limits = new Scratch(16)) {
            limits.window().putLong(0, micros);
            limits.window().putLong(8, micros);
            return LibC.INSTANCE.syscall(SYS_PRLIMIT64, process, RLIMIT_RTTIME, limits.address(), 0, 0, 0) == 0;
        }
    }
}
