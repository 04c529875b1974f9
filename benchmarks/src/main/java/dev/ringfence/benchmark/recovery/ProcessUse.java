// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.BenchmarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process uses, from /proc/PID (proc(5)).
 *
 * @param memories descriptors and mappings of machine memory
 */
public record ProcessUse(long residentBytes, long cpuMillis, int threads, int descriptors, int memories) {
    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final int THREADS = 17;
    private static final int RSS = 21;
    private static final long PAGE_BYTES = 4096;
    private static final long MILLIS_A_TICK = 10;

    static ProcessUse of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        try (Stream<Path> files = Files.list(process.resolve("fd"));
                Stream<String> maps = Files.lines(process.resolve("maps"))) {
            String stat = Files.readString(process.resolve("stat"));
            // The name, in parentheses, may hold anything; the numbers come after the last one.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return new ProcessUse(
                    Long.parseLong(fields[RSS]) * PAGE_BYTES,
                    (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * MILLIS_A_TICK,
                    Integer.parseInt(fields[THREADS]),
                    (int) files.count(),
                    (int) maps.filter(line -> line.contains("/memfd:")).count());
        } catch (IOException e) {
            throw new BenchmarkException("process " + pid + " is gone: " + e.getMessage(), e);
        }
    }
}
