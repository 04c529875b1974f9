// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.benchmark.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** A line that is written over on a terminal; elsewhere a plain line whenever something else begins. */
final class BenchProgress implements Progress, AutoCloseable {
    private final PrintWriter err;
    private final boolean terminal = isTerminal();
    private String phase = "";

    BenchProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void at(int done, int total, String what) {
        String now = what.split(":", 2)[0];
        if (terminal) {
            err.printf("\r\033[K%3d%% %s", 100L * done / total, what);
        } else if (!now.equals(phase)) {
            err.println(now);
        }
        phase = now;
        err.flush();
    }

    @Override
    public void close() {
        if (terminal) {
            err.print("\r\033[K");
            err.flush();
        }
    }

    /** From JDK 22 on {@code System.console()} is there without a terminal too. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }
}
