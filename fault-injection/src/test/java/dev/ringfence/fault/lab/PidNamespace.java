// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A PID namespace that several driver processes share, as a driver domain's sandbox makes them; by bubblewrap. */
final class PidNamespace implements AutoCloseable {
    private static final Pattern CHILD_PID = Pattern.compile("\"child-pid\": (\\d+)");

    private static final String READY = "ready";

    private final Process anchor;
    private final long pid;

    private PidNamespace(Process anchor, long pid) {
        this.anchor = anchor;
        this.pid = pid;
    }

    /** Empty when there is no bubblewrap that works. */
    static Optional<PidNamespace> open() {
        try {
            Process anchor = new ProcessBuilder(
                            "bwrap",
                            "--die-with-parent",
                            "--unshare-user",
                            "--unshare-pid",
                            "--dev-bind",
                            "/",
                            "/",
                            "--json-status-fd",
                            "1",
                            "--",
                            "/bin/sh",
                            "-c",
                            "echo " + READY + " >&2; exec sleep infinity")
                    .redirectErrorStream(true)
                    .start();
            BufferedReader status = anchor.inputReader(StandardCharsets.UTF_8);
            String line = status.readLine();
            Matcher child = CHILD_PID.matcher(line == null ? "" : line);
            // Its pid is told before its map of user ids is written, and until then nobody can join it.
            if (!child.find() || !READY.equals(status.readLine())) {
                anchor.destroyForcibly();
                return Optional.empty();
            }
            return Optional.of(new PidNamespace(anchor, Long.parseLong(child.group(1))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The command that runs {@code command} inside. */
    List<String> enter(List<String> command) {
        List<String> inside = new ArrayList<>(List.of(
                "/bin/sh", "-c", "exec \"$@\" 8</proc/$0/ns/user 9</proc/$0/ns/pid", Long.toString(pid), "bwrap"));
        inside.addAll(List.of("--userns", "8", "--pidns", "9", "--dev-bind", "/", "/", "--proc", "/proc", "--"));
        inside.addAll(command);
        return inside;
    }

    @Override
    public void close() {
        // With the first process of a namespace the kernel ends all others in it.
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        anchor.destroyForcibly();
    }
}
