// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The terminal that standard output is, as a screen drawn over and over; given back as it was, by Ctrl-C too. */
final class Terminal implements AutoCloseable {
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
    private static final int ROWS_OTHERWISE = 24;
    /** Another screen, no cursor, no wrapping of long lines. */
    private static final String ENTER = "\033[?1049h\033[?25l\033[?7l";

    private static final String LEAVE = "\033[?7h\033[?25h\033[?1049l";
    private static final String HOME = "\033[H";
    private static final String CLEAR_LINE = "\033[K";
    private static final String CLEAR_BELOW = "\033[J";

    private final Path device;
    private final PrintWriter out;
    private final Thread hook = new Thread(this::leave, "terminal");

    private Terminal(Path device, PrintWriter out) {
        this.device = device;
        this.out = out;
    }

    /** Takes the screen; empty when standard output is no terminal. */
    static Optional<Terminal> open(PrintWriter out) {
        try {
            // System.console() asks about standard input, and from JDK 22 on it is there without a terminal too.
            Path device = Files.readSymbolicLink(STANDARD_OUTPUT);
            if (!device.startsWith("/dev/pts") && !device.toString().startsWith("/dev/tty")) {
                return Optional.empty();
            }
            Terminal terminal = new Terminal(device, out);
            Runtime.getRuntime().addShutdownHook(terminal.hook);
            out.print(ENTER);
            return Optional.of(terminal);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Shows as many of the lines as there is room for. */
    void draw(List<String> lines) {
        StringBuilder screen = new StringBuilder(HOME);
        int shown = Math.min(lines.size(), rows());
        for (int i = 0; i < shown; i++) {
            screen.append(i == 0 ? "" : "\r\n").append(lines.get(i)).append(CLEAR_LINE);
        }
        out.print(screen.append(CLEAR_BELOW));
        out.flush();
    }

    private int rows() {
        try {
            Process stty = new ProcessBuilder("stty", "-F", device.toString(), "size").start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int rows = Integer.parseInt(size.strip().split(" ", 2)[0]);
            return rows > 0 ? rows : ROWS_OTHERWISE;
        } catch (IOException | NumberFormatException e) {
            return ROWS_OTHERWISE;
        }
    }

    private synchronized void leave() {
        out.print(LEAVE);
        out.flush();
    }

    @Override
    public void close() {
        if (Runtime.getRuntime().removeShutdownHook(hook)) {
            leave();
        }
    }
}
