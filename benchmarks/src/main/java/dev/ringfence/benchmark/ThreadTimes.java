// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Time on a processor of a process's threads, from /proc/PID/task/TID/schedstat: in nanoseconds, where clock ticks would
 * miss a thread that runs for microseconds.
 *
 * @param threads time by thread id, with the thread's name before it
 */
public record ThreadTimes(Map<String, Long> threads) {
    public static ThreadTimes of(long pid) {
        Map<String, Long> times = new LinkedHashMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : (Iterable<Path>) tasks::iterator) {
                read(task, times);
            }
        } catch (IOException e) {
            throw new BenchmarkException("process " + pid + " is gone: " + e.getMessage(), e);
        }
        return new ThreadTimes(times);
    }

    private static void read(Path task, Map<String, Long> times) throws IOException {
        try {
            String name = Files.readString(task.resolve("comm")).strip();
            String onCpuNanos = Files.readString(task.resolve("schedstat")).split(" ", 2)[0];
            times.put(name + "/" + task.getFileName(), Long.parseLong(onCpuNanos));
        } catch (IOException e) {
            if (Files.exists(task)) {
                throw e;
            } // else this thread has just ended
        }
    }

    /** Nanoseconds since {@code earlier} of the threads whose name is meant. */
    public long since(ThreadTimes earlier, Predicate<String> name) {
        return threads.entrySet().stream()
                .filter(thread -> name.test(thread.getKey()))
                .mapToLong(thread -> thread.getValue() - earlier.threads.getOrDefault(thread.getKey(), 0L))
                .sum();
    }
}
