// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.memory.Scheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who runs first on this machine's processors. A process that is killed has some twenty threads that all become runnable at
 * once, to die: the one that holds a lease must be the first of them, and the one that inherits it must not wait for the rest.
 *
 * <pre>
 *   a standby's workers           real-time, of the first queues and where we have the right; at most one queue fewer than there
 *                                 are processors, because two that spin stop everything else on two of them
 *   an owner's, other threads     as everything else
 *     that serve
 *   a driver's compilers, and     niced, so that the owner's workers die before them
 *     threads that talk to the store
 *   its JVM's housekeeping        idle-class, which whoever wakes up interrupts: their deaths keep nobody waiting, nor does the
 *                                 unmapping of the process's memory when one of them is the last to die
 *   a standby that is starting    niced, all of it
 * </pre>
 *
 * <p>A worker that has taken over stays real-time until the hypervisor has heard of it, and not longer: the kernel lets real-time
 * threads have 950 ms of each second, so that a busy owner would stand still for the rest.
 *
 * <p>Given from outside: a driver's system call filter forbids it to change any of this.
 */
final class Processors {
    private static final Logger LOG = LoggerFactory.getLogger(Processors.class);
    private static final int REAL_TIME = 1;
    private static final int NICE = 10;
    /** With its compilers a fifth of processors that others keep busy. Without a standby the next death is a long one. */
    private static final int BACKGROUND_NICE = 7;

    private static final int OURS = Scheduler.nice();
    private static final boolean MAY_TAKE_BACK = Scheduler.mayTakeBackNice();
    /** The health monitor is there long before; this is for when the hypervisor is gone too. Workers sleep more often. */
    private static final long REAL_TIME_MICROS = 30_000_000;

    private static final Set<String> SERVING =
            Set.of("queue ", "uplink ", "channel ", "handler ", "heir", "VM Thread", "java");
    /** They sleep nearly always, and no request ever waits for what they do when they don't. */
    private static final Set<String> HOUSEKEEPING = Set.of(
            "Finalizer",
            "Signal Dispatch",
            "Service Thread",
            "Monitor Deflati",
            "Notification Th",
            "Sweeper thread",
            "Common-Cleaner",
            "Cleaner-",
            "jnr.ffi.util");

    /** They are the host's, whatever the number of machines on it. */
    private static final Processors HOST = new Processors();

    private final int seats;
    private final Set<String> taken = new HashSet<>();
    private final AtomicBoolean refused = new AtomicBoolean();

    Processors() {
        this(
                Boolean.parseBoolean(System.getProperty("ringfence.realTime", "true"))
                        ? Runtime.getRuntime().availableProcessors() - 1
                        : 0);
    }

    static Processors host() {
        return HOST;
    }

    /** @param seats how many queues may have real-time workers */
    Processors(int seats) {
        this.seats = seats;
    }

    /**
     * Which workers for a connection may be real-time when it matters, as we count threads.
     *
     * @param workers the process's threads for the queues, as its PID namespace counts
     */
    List<Long> seat(DomainProcess process, String connection, List<Integer> workers) {
        List<Long> seated = new ArrayList<>();
        for (int queue = 0; queue < workers.size(); queue++) {
            if (seat(connection + "." + queue)) {
                thread(process, workers.get(queue)).ifPresent(seated::add);
            }
        }
        return List.copyOf(seated);
    }

    private synchronized boolean seat(String queue) {
        return taken.contains(queue) || taken.size() < seats && taken.add(queue);
    }

    /** The connection has ended: others may have its seats. */
    synchronized void leave(String connection) {
        taken.removeIf(queue -> queue.startsWith(connection + "."));
    }

    private static Optional<Long> thread(DomainProcess process, int worker) {
        return tasks(process.pid()).stream()
                .filter(task -> line(task.resolve("status"), "NSpid:").endsWith("\t" + worker))
                .map(task -> Long.parseLong(task.getFileName().toString()))
                .findFirst();
    }

    /** Lets threads of a process run before everything else. */
    void realTime(DomainProcess process, List<Long> threads) {
        for (long thread : threads) {
            boolean granted =
                    Scheduler.limitRealTime(process.pid(), REAL_TIME_MICROS) && Scheduler.realTime(thread, REAL_TIME);
            if (!granted && process.isAlive() && refused.compareAndSet(false, true)) {
                LOG.info("no right to real-time priority: takeovers take longer when the machine is busy");
            }
        }
    }

    /** Ends that. */
    static void ordinary(List<Long> threads) {
        threads.forEach(Scheduler::ordinary);
    }

    /** Lets a command give way to whatever else runs, if that can be ended again by {@link #toForeground}. */
    static List<String> inBackground(List<String> command) {
        if (!MAY_TAKE_BACK) {
            return command;
        }
        List<String> nice = new ArrayList<>(List.of("nice", "-n", Integer.toString(BACKGROUND_NICE)));
        nice.addAll(command);
        return nice;
    }

    /** Ends that for what of a driver's process serves; the rest gives way to whatever does. */
    static void toForeground(long pid) {
        for (Path task : tasks(pid)) {
            String name = line(task.resolve("status"), "Name:").strip();
            long thread = Long.parseLong(task.getFileName().toString());
            if (isOneOf(HOUSEKEEPING, name)) {
                Scheduler.idle(thread);
            } else {
                Scheduler.nice(thread, isOneOf(SERVING, name) ? OURS : OURS + NICE);
            }
        }
    }

    /** By the beginning of its name: the kernel keeps 15 bytes. */
    private static boolean isOneOf(Set<String> kind, String thread) {
        return kind.stream().anyMatch(thread::startsWith);
    }

    private static List<Path> tasks(long pid) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return new ArrayList<>(tasks.toList());
        } catch (NoSuchFileException e) {
            return List.of(); // it is gone
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What follows a key; empty when the thread is gone. */
    private static String line(Path file, String key) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()))
                    .findFirst()
                    .orElse("");
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }
}
