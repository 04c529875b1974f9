// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlClient;
import dev.ringfence.hypervisor.control.ControlJson;
import dev.ringfence.hypervisor.control.MachineStatus;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "top",
        description = {
            "Shows what a machine's domains and devices do, again and again: load, throughput, takeovers.",
            "Ctrl-C ends it. Not on a terminal, each view is appended to the one before."
        },
        mixinStandardHelpOptions = true)
final class TopCommand implements Runnable {
    private static final double SECONDS_MIN = 0.1;
    private static final double SECONDS_MAX = 3600;

    @Option(
            names = {"-d", "--delay"},
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "between two views; default ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--once", description = "one view, and that's it")
    private boolean once;

    @Option(names = "--json", description = "a view a line, as JSON")
    private boolean json;

    @Mixin
    private MachineChoice choice;

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        if (!(seconds >= SECONDS_MIN && seconds <= SECONDS_MAX)) {
            throw new ParameterException(
                    command.commandLine(),
                    "--delay: from " + SECONDS_MIN + " to " + SECONDS_MAX + " seconds: " + seconds);
        }
        PrintWriter out = command.commandLine().getOut();
        try (ControlClient machine = choice.connect()) {
            MachineStatus first = machine.status(); // whatever is wrong is said before the screen is taken
            Optional<Terminal> terminal = json || once ? Optional.empty() : Terminal.open(out);
            try {
                watch(machine, first, out, terminal);
            } finally {
                terminal.ifPresent(Terminal::close);
            }
        }
    }

    private void watch(ControlClient machine, MachineStatus first, PrintWriter out, Optional<Terminal> terminal) {
        MachineStatus before = first;
        boolean more = true;
        while (more && pause()) {
            MachineStatus now = machine.status();
            TopSample sample = TopSample.between(before, now);
            before = now;
            terminal.ifPresentOrElse(screen -> screen.draw(TopTables.of(sample)), () -> print(sample, out));
            more = !once && !out.checkError();
        }
    }

    private boolean pause() {
        try {
            TimeUnit.MICROSECONDS.sleep(Math.round(seconds * 1e6));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void print(TopSample sample, PrintWriter out) {
        if (json) {
            out.println(ControlJson.write(sample));
        } else {
            TopTables.of(sample).forEach(out::println);
            if (!once) {
                out.println();
            }
        }
        out.flush();
    }
}
