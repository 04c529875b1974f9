// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlClient;
import dev.ringfence.hypervisor.control.RestartRequest;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "restart",
        description = {
            "Replaces a driver domain's process by a standby; its guests see no error.",
            "Also lifts a quarantine: the domain starts again, and its devices are offered to their guests anew."
        },
        mixinStandardHelpOptions = true)
final class RestartCommand implements Runnable {
    @Parameters(paramLabel = "DOMAIN")
    private String domain;

    @Option(
            names = "--upgrade",
            description =
                    "by a process started now, from the class path as it is on disk now: put the new jar there first")
    private boolean upgrade;

    @Option(
            names = "--class-path",
            paramLabel = "PATH",
            split = ":",
            description = {
                "an upgrade that puts these jars and directories in front of the driver's class path,",
                "until the next one or the end of the machine"
            })
    private List<Path> classPath = List.of();

    @Mixin
    private MachineChoice choice;

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        List<Path> absolute = classPath.stream().map(Path::toAbsolutePath).toList();
        try (ControlClient machine = choice.connect()) {
            machine.restart(domain, new RestartRequest(upgrade || !absolute.isEmpty(), absolute));
        }
        command.commandLine().getOut().println(domain + ": restarted");
    }
}
