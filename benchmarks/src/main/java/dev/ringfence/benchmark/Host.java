// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the figures were measured on.
 *
 * @param loadAverage of the minute before: above 0 others were running
 * @param tools peers found, with their versions
 */
public record Host(
        int cores,
        String cpu,
        long memoryBytes,
        String kernel,
        String jdk,
        double loadAverage,
        String fileSystem,
        Map<String, String> tools) {
    public Host {
        tools = Map.copyOf(tools);
    }

    public static Host of(Path directory, Map<String, String> tools) throws IOException {
        return new Host(
                Runtime.getRuntime().availableProcessors(),
                line(Path.of("/proc/cpuinfo"), "model name"),
                1024 * Long.parseLong(line(Path.of("/proc/meminfo"), "MemTotal").replaceAll("\\D", "")),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vendor") + " " + System.getProperty("java.version"),
                Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]),
                Files.getFileStore(directory).type(),
                new TreeMap<>(tools));
    }

    private static String line(Path file, String key) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("0 unknown");
        }
    }
}
