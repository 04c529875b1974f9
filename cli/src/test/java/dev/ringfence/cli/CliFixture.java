// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.MachineDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** Runs the command within the test or as a process, with a state directory of the test's own. */
final class CliFixture {
    private final Path directory;

    record Result(int exitCode, String out, String err) {}

    CliFixture(Path directory) {
        this.directory = directory;
    }

    Path stateRoot() {
        return directory.resolve("state");
    }

    MachineDirectory machine(String name) {
        return new MachineDirectory(stateRoot().resolve(name));
    }

    Result run(String... args) {
        return run(FakeRingfence.ringfence(environment()), args);
    }

    static Result run(Ringfence ringfence, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                ringfence.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = command.execute(args);
        return new Result(exitCode, out.toString(), err.toString());
    }

    /** Standard output and error go to the file "out". */
    Process start(String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FakeRingfence.class.getName()));
        if (Runtime.version().feature() >= 24) {
            command.add(1, "--enable-native-access=ALL-UNNAMED"); // or the JVM writes warnings among the output
        }
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the last process has written so far. */
    String output() {
        return text(directory.resolve("out"));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, String> environment() {
        return Map.of("RINGFENCE_STATE", stateRoot().toString(), "PATH", System.getenv("PATH"));
    }

    /** A file that describes a machine of that name, with one driver domain and one guest. */
    String machineFile(String name) {
        return write(name + ".json", """
            { "machine": "%s",
              "driverDomains": [
                { "name": "disk", "driver": "block", "devices": [ { "name": "vol0", "memory": "1MiB" } ] } ],
              "guests": [
                { "name": "web", "devices": [ { "as": "xvda", "disk": "disk/vol0" } ],
                  "programs": [ { "nbd": { "device": "xvda", "listen": "unix:web.sock" } },
                                { "java": { "class": "org.example.Main" } } ] } ] }
            """.formatted(name));
    }

    String write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
