// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.cli.Ringfence;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The command itself, as a process of its own, on the machines of a workspace. */
record RingfenceCommand(int exitCode, String output) {
    /** What it printed is both its output and its errors. */
    static RingfenceCommand run(Workspace workspace, Object... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Ringfence.class.getName()));
        Arrays.stream(words).map(String::valueOf).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("RINGFENCE_STATE", workspace.state().toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new RingfenceCommand(process.waitFor(), output);
    }
}
