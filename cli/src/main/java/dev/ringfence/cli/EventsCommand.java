// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlClient;
import dev.ringfence.hypervisor.control.ControlJson;
import dev.ringfence.hypervisor.control.MachineEvent;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "events",
        description = "Shows what happened to a machine lately: starts, failures, takeovers and their times.",
        mixinStandardHelpOptions = true)
final class EventsCommand implements Runnable {
    @Option(names = "--follow", description = "go on with each event as it happens, until the machine is down")
    private boolean follow;

    @Option(names = "--json", description = "an event a line, as JSON")
    private boolean json;

    @Mixin
    private MachineChoice choice;

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        try (ControlClient machine = choice.connect()) {
            if (follow) {
                machine.follow(this::print);
            } else {
                machine.recentEvents().forEach(this::print);
            }
        }
    }

    /** False when nobody reads any more, as behind a pipe into {@code head}. */
    private boolean print(MachineEvent event) {
        PrintWriter out = command.commandLine().getOut();
        out.println(json ? ControlJson.write(event) : EventLine.of(event));
        return !out.checkError();
    }
}
