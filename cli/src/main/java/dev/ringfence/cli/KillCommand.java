// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlClient;
import dev.ringfence.hypervisor.control.KillMethod;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "kill",
        description = "Makes a domain fail, to see what becomes of it.",
        mixinStandardHelpOptions = true)
final class KillCommand implements Runnable {
    @Parameters(paramLabel = "DOMAIN")
    private String domain;

    @Option(
            names = "--how",
            paramLabel = "HOW",
            defaultValue = "kill",
            description = {
                "kill: SIGKILL (the default)",
                "stop: SIGSTOP, it does nothing any more",
                "spin: it loops without progress",
                "block: it waits for ever in the middle of a request",
                "throw: its worker throws",
                "exit: its worker calls System.exit",
                "segv: its worker touches memory that isn't there, in native code",
                "leak: it eats memory until it is over its limit"
            })
    private KillMethod how;

    @Mixin
    private MachineChoice choice;

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        try (ControlClient machine = choice.connect()) {
            machine.kill(domain, how);
        }
        command.commandLine().getOut().println(domain + ": " + how.word());
    }
}
