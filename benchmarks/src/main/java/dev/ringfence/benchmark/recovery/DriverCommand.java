// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.backend.block.BlockDriver;
import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.memory.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a running driver's JVM was started, to start others alike.
 *
 * @param java the command line up to the main class
 * @param threads the process has now
 * @param scheduling of these
 */
record DriverCommand(List<String> java, int threads, Scheduling scheduling) {
    DriverCommand {
        java = List.copyOf(java);
    }

    static DriverCommand ofProcess(long pid) {
        try {
            Path process = Path.of("/proc", Long.toString(pid));
            List<String> words =
                    List.of(Files.readString(process.resolve("cmdline")).split("\0"));
            int main = words.indexOf(BlockDriver.class.getName());
            if (main < 0) {
                throw new BenchmarkException("process " + pid + " is no driver: " + words);
            }
            return new DriverCommand(
                    words.subList(0, main), process.resolve("task").toFile().list().length, Scheduling.ofDriver(pid));
        } catch (IOException e) {
            throw new BenchmarkException("driver process " + pid + " is gone: " + e.getMessage(), e);
        }
    }

    /** As domains are started. */
    List<String> of(Class<?> mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>(java);
        command.add(mainClass.getName());
        command.addAll(arguments);
        return Processes.deafToTerminal(command);
    }
}
