// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The command line of a domain's JVM: our own Java and class path, a small heap, and nothing that writes files or waits
 * when it dies.
 */
final class JavaCommand {
    private static final String CLASS_PATH =
            System.getProperty("ringfence.classPath", System.getProperty("java.class.path"));
    /** The flags that keep this JDK from warning about native access; handed down as we got them. */
    private static final List<String> HANDED_DOWN = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-")
                    || flag.startsWith("--enable-native-access")
                    || flag.startsWith("--sun-misc-unsafe")
                    || flag.startsWith("-Dringfence.")
                    || flag.startsWith("-Dorg.slf4j."))
            .toList();

    /** Our own code is compiled after a tenth of the usual number of calls: a standby has seen enough of them in a second. */
    private static final List<String> COMPILE_SOON =
            List.of("-XX:CompileCommand=quiet", "-XX:CompileCommand=CompileThresholdScaling,dev.ringfence.*::*,0.1");

    private static final boolean CRASH_REPORTS = Boolean.getBoolean("ringfence.crashReports");

    /** Classes of this class path as the JVM wants them; one that does not fit our JVM is ignored. */
    private static final Optional<Path> ARCHIVE =
            Optional.ofNullable(System.getProperty("ringfence.archive")).map(Path::of);

    private JavaCommand() {}

    static List<String> of(DomainStarter.Program program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(HANDED_DOWN);
        command.addAll(COMPILE_SOON);
        if (program.inFront().isEmpty()) {
            ARCHIVE.filter(Files::exists).ifPresent(archive -> command.add("-XX:SharedArchiveFile=" + archive));
        }
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-Xms" + Math.min(program.heapBytes(), 16L << 20),
                "-Xmx" + program.heapBytes(),
                "-XX:-UsePerfData",
                // Writing a report takes the crashed thread ten milliseconds and more, in which it keeps its lease.
                CRASH_REPORTS ? "-XX:ErrorFile=/dev/null" : "-XX:+SuppressFatalErrorMessage",
                // Without a network there is no hardware address for Netty to make an id of; nobody reads the id.
                "-Dio.netty.machineId=02:00:00:00:00:01",
                "-cp"));
        List<String> elements = new ArrayList<>();
        program.inFront().forEach(path -> elements.add(path.toString()));
        elements.add(CLASS_PATH);
        program.classPath().forEach(path -> elements.add(path.toString()));
        command.add(String.join(File.pathSeparator, elements));
        command.add(program.mainClass());
        command.addAll(arguments);
        return command;
    }

    /** Directories and files such a JVM reads: Java itself, and wherever its class path leads. */
    static List<Path> readable(DomainStarter.Program program) {
        Set<Path> paths = new LinkedHashSet<>();
        paths.add(Path.of(System.getProperty("java.home")).toAbsolutePath());
        Arrays.stream(CLASS_PATH.split(File.pathSeparator, -1)).map(Path::of).forEach(path -> paths.add(root(path)));
        program.inFront().forEach(path -> paths.add(root(path)));
        program.classPath().forEach(path -> paths.add(root(path)));
        return paths.stream().filter(path -> path.toFile().exists()).toList();
    }

    /** A jar's manifest may name its neighbours. */
    private static Path root(Path element) {
        Path path = element.toAbsolutePath().normalize();
        return path.toFile().isDirectory() ? path : path.getParent();
    }
}
