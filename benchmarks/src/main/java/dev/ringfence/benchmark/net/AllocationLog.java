// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What the threads that serve have allocated on Java's heap so far, several times a second on the standard output of a domain,
 * which nobody outside can ask: its sandbox lets no debugger in.
 */
final class AllocationLog implements Runnable {
    static final int PAUSE_MILLIS = 100;

    private static final String LINE = "allocated by those who serve: ";
    private static final Pattern LINES = Pattern.compile(Pattern.quote(LINE) + "([0-9]+) bytes\n");

    private final String names;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocationLog(String names) {
        this.names = names;
    }

    /** @param names a regular expression for the names of the threads that are meant */
    static void start(String names) {
        Thread thread = new Thread(new AllocationLog(names), "allocation-log");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        while (true) {
            long bytes = 0;
            for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
                if (info != null && info.getThreadName().matches(names)) {
                    bytes += threads.getThreadAllocatedBytes(info.getThreadId());
                }
            }
            System.out.print(LINE + bytes + " bytes\n");
            System.out.flush();
            Program.pause(PAUSE_MILLIS);
        }
    }

    /** The last word of a log: bytes. */
    static long read(Path log) throws IOException {
        return LINES.matcher(Files.readString(log))
                .results()
                .reduce((earlier, later) -> later)
                .map((MatchResult match) -> Long.parseLong(match.group(1)))
                .orElseThrow(() -> new IOException("nobody counts in " + log));
    }
}
