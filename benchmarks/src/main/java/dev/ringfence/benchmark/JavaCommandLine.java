// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a process of ours is started that is compared with a driver: by our own Java, with a driver's flags. */
public final class JavaCommandLine {
    private JavaCommandLine() {}

    public static List<String> of(Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dringfence."))
                .forEach(command::add);
        command.addAll(List.of("-XX:+UseSerialGC", "-Xms16m", "-Xmx32m", "-XX:-UsePerfData", "-cp"));
        command.add(System.getProperty("ringfence.classPath", System.getProperty("java.class.path")));
        command.add(program.getName());
        command.addAll(arguments);
        return command;
    }
}
