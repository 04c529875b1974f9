// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "detach",
        description = "Unplugs a device from a guest, once its requests are done.",
        mixinStandardHelpOptions = true)
final class DetachCommand implements Runnable {
    @Parameters(index = "0", paramLabel = "GUEST")
    private String guest;

    @Parameters(index = "1", paramLabel = "DEV", description = "the guest's name for it, such as xvda")
    private String device;

    @Mixin
    private MachineChoice choice;

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        try (ControlClient machine = choice.connect()) {
            machine.detach(guest, device);
        }
        command.commandLine().getOut().println(guest + "/" + device + " detached");
    }
}
