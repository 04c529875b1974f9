// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlClient;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.MachineDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Which running machine a command is about; mixed into those that are about one. */
final class MachineChoice {
    @Option(
            names = "--machine",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "which machine, when several run")
    private String machine;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    ControlClient connect() {
        return new ControlClient(directory());
    }

    /** @throws ControlException when none was named and there isn't exactly one */
    MachineDirectory directory() {
        Path root = ((Ringfence) command.root().userObject()).stateRoot();
        if (machine != null) {
            return new MachineDirectory(root.resolve(machine));
        }
        List<MachineDirectory> running = MachineDirectory.running(root);
        if (running.isEmpty()) {
            throw new ControlException(
                    503, "no machine is running (looked in " + root + "); start one with: ringfence up FILE");
        } else if (running.size() > 1) {
            String names = running.stream().map(MachineDirectory::machine).collect(Collectors.joining(", "));
            throw new ControlException(
                    400, "several machines are running: " + names + "; pick one with --machine NAME");
        }
        return running.get(0);
    }
}
