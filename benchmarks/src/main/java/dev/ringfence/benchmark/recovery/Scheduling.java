// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.memory.Scheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How the hypervisor has a driver's threads scheduled, to treat a floor's alike.
 *
 * @param workers real-time priority of each queue's worker, in the order of the queues; 0: an ordinary thread
 * @param nice of the other threads that are nicer than usual, by name
 */
record Scheduling(List<Integer> workers, Map<String, Integer> nice) {
    private static final String WORKER = "queue ";
    /** For a floor that hangs; as drivers have it. */
    private static final long REAL_TIME_MICROS = 30_000_000;

    private static final int NICE = 16;
    private static final int REAL_TIME_PRIORITY = 37;

    Scheduling {
        workers = List.copyOf(workers);
        nice = Map.copyOf(nice);
    }

    /** A thread as /proc/PID/task/TID/stat has it. */
    private record Task(long id, String name, int nice, int realTimePriority) {
        static Task of(Path directory) throws IOException {
            String stat = Files.readString(directory.resolve("stat"));
            // The name, in parentheses, may hold anything; the numbers come after the last one.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return new Task(
                    Long.parseLong(directory.getFileName().toString()),
                    stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
                    Integer.parseInt(fields[NICE]),
                    Integer.parseInt(fields[REAL_TIME_PRIORITY]));
        }
    }

    static Scheduling ofDriver(long pid) {
        List<Integer> workers = new ArrayList<>();
        Map<String, Integer> nice = new LinkedHashMap<>();
        for (Task task : tasks(pid)) {
            if (task.name().startsWith(WORKER)) {
                workers.add(task.realTimePriority());
            } else if (task.nice() != 0) {
                nice.put(task.name(), task.nice());
            }
        }
        return new Scheduling(workers, nice);
    }

    /** In the order in which they were started. */
    private static List<Task> tasks(long pid) {
        try (Stream<Path> directories = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            List<Task> tasks = new ArrayList<>();
            for (Path directory : (Iterable<Path>) directories::iterator) {
                tasks.add(Task.of(directory));
            }
            tasks.sort(Comparator.comparingLong(Task::id));
            return tasks;
        } catch (IOException e) {
            throw new BenchmarkException("the threads of process " + pid + " can't be read: " + e.getMessage(), e);
        }
    }

    /** The same for the threads of a JVM whose workers are called as a driver's. */
    void giveToJvm(long pid) {
        give(pid, task -> task.name().startsWith(WORKER));
    }

    /** The same for the threads of a process that has one a queue, besides its first. */
    void giveToProgram(long pid) {
        give(pid, task -> task.id() != pid);
    }

    private void give(long pid, Predicate<Task> isWorker) {
        int queue = 0;
        for (Task task : tasks(pid)) {
            if (isWorker.test(task)) {
                int priority = queue < workers.size() ? workers.get(queue) : 0;
                queue++;
                if (priority > 0 && Scheduler.limitRealTime(pid, REAL_TIME_MICROS)) {
                    Scheduler.realTime(task.id(), priority);
                }
            } else if (nice.containsKey(task.name())) {
                Scheduler.nice(task.id(), nice.get(task.name()));
            }
        }
    }
}
