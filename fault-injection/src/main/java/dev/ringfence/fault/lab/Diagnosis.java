// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Whether a driver hangs, by the evidence a health monitor goes by: processor time of its own or sleep, without progress. What
 * waits for a processor does not hang, however long it takes.
 */
final class Diagnosis {
    private static final char GONE = 'X';
    /** As the kernel of x86-64 counts them: read and poll. */
    private static final Set<String> WAITING = Set.of("0 ", "7 ");

    private static final long FIRST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LATE_NANOS = 2 * LOOK_NANOS;
    private static final long LOOP_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
    private static final long ASLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** A debugger stops threads for a moment, too. */
    private static final int STOPS = 2;

    private final long pid;
    private final List<Integer> threads;
    private long progress = -1;
    private long sinceNanos;
    private long lookedNanos;
    private long firstCpuNanos;
    private long asleepNanos;
    private int stops;

    /** @param threads that may serve, as the kernel calls them */
    Diagnosis(long pid, List<Integer> threads) {
        this.pid = pid;
        this.threads = List.copyOf(threads);
    }

    /** Of no thread: there is nothing to find out. */
    static Diagnosis ofNobody() {
        return new Diagnosis(0, List.of());
    }

    /** Where it is of nobody: of this thread, if it is one. */
    Diagnosis orOf(long newPid, int thread) {
        return threads.isEmpty() && thread != 0 ? new Diagnosis(newPid, List.of(thread)) : this;
    }

    List<Integer> threads() {
        return threads;
    }

    /** The kernel knows none of the threads any more. */
    boolean isGone() {
        return threads.stream().allMatch(thread -> state(thread) == GONE);
    }

    /** One of the threads is not there any more. */
    boolean hasLost() {
        return threads.stream().anyMatch(thread -> state(thread) == GONE);
    }

    /** None of them runs, or is about to; some may be gone. */
    boolean isAsleep() {
        return threads.stream().map(this::state).allMatch(state -> state == 'S' || state == GONE);
    }

    /** Each of them is gone, or waits in the kernel for a file to say something. */
    boolean isIdle() {
        return threads.stream().allMatch(this::isIdle);
    }

    private boolean isIdle(int thread) {
        char state = state(thread);
        // The first word is the number of the call that it is in.
        return state == GONE
                || state == 'S'
                        && read(thread, "syscall")
                                .map(text -> WAITING.stream().anyMatch(text::startsWith))
                                .orElse(true);
    }

    /**
     * To be called often while there is something to do.
     *
     * @param newProgress any number that changes with each step forward
     * @return what it dies of, if it hangs
     */
    Optional<String> look(long newProgress) {
        long now = System.nanoTime();
        if (newProgress != progress) {
            progress = newProgress;
            sinceNanos = now;
            lookedNanos = now;
            asleepNanos = 0;
            stops = 0;
            firstCpuNanos = -1;
            return Optional.empty();
        }
        if (now - sinceNanos < FIRST_LOOK_NANOS || now - lookedNanos < LOOK_NANOS) {
            return Optional.empty();
        }
        // What it did while we were not let look, nobody knows.
        long passed = Math.min(now - lookedNanos, LATE_NANOS);
        lookedNanos = now;
        return examine(passed);
    }

    private Optional<String> examine(long passedNanos) {
        long cpuNanos = 0;
        boolean asleep = true;
        boolean stopped = !threads.isEmpty();
        for (int thread : threads) {
            cpuNanos += cpuNanos(thread);
            char state = state(thread);
            asleep &= state == 'S' || state == GONE;
            stopped &= state == 'T';
        }
        if (firstCpuNanos < 0) {
            firstCpuNanos = cpuNanos;
        }
        stops = stopped ? stops + 1 : 0;
        if (stops == STOPS) {
            return Optional.of("is stopped");
        }
        if (!asleep) {
            asleepNanos = 0;
        } else if (!isProcessBusy()) {
            asleepNanos += passedNanos;
        }
        if (cpuNanos - firstCpuNanos >= LOOP_NANOS) {
            return Optional.of("runs without progress");
        }
        return asleepNanos >= ASLEEP_NANOS ? Optional.of("sleeps over its work") : Optional.empty();
    }

    /** A thread of the process runs or is about to: a compiler or a collector, perhaps, that the sleepers wait for. */
    private boolean isProcessBusy() {
        String[] all = Path.of("/proc/" + pid + "/task").toFile().list();
        return all != null && Stream.of(all).anyMatch(thread -> state(Integer.parseInt(thread)) == 'R');
    }

    private long cpuNanos(int thread) {
        return read(thread, "schedstat")
                .map(text -> Long.parseLong(text.substring(0, text.indexOf(' '))))
                .orElse(0L);
    }

    private char state(int thread) {
        // The name, in brackets, may hold anything; the state is the first field behind it.
        return read(thread, "stat")
                .map(text -> text.charAt(text.lastIndexOf(')') + 2))
                .orElse(GONE);
    }

    private Optional<String> read(int thread, String file) {
        try {
            return Optional.of(Files.readString(Path.of("/proc/" + pid + "/task/" + thread + "/" + file)));
        } catch (IOException e) {
            return Optional.empty(); // it has ended
        }
    }
}
