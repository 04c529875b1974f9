// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process uses, from /proc/PID (proc(5)).
 *
 * @param residentBytes of memory
 * @param cpuMillis user and system time together
 * @param descriptors how many it has open; 0 when it isn't ours to see
 */
record ProcessFigures(long residentBytes, long cpuMillis, int descriptors) {
    private static final ProcessFigures GONE = new ProcessFigures(0, 0, 0);
    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final int RSS = 21;
    private static final long PAGE_BYTES = 4096;
    private static final long MILLIS_A_TICK = 10;

    static ProcessFigures of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The name, in parentheses, may hold anything; the numbers come after the last one.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
            return new ProcessFigures(
                    Long.parseLong(fields[RSS]) * PAGE_BYTES, ticks * MILLIS_A_TICK, descriptors(pid));
        } catch (IOException e) {
            return GONE; // it died since we were told of it
        }
    }

    private static int descriptors(long pid) {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return (int) open.count();
        } catch (IOException | UncheckedIOException e) {
            return 0; // dead, or another user's
        }
    }
}
