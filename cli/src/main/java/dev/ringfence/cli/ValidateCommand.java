// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlJson;
import dev.ringfence.hypervisor.machine.MachineFile;
import dev.ringfence.hypervisor.machine.MachineFileException;
import dev.ringfence.hypervisor.machine.MachineFileReader;
import dev.ringfence.hypervisor.machine.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "validate",
        description = "Checks a machine file, and what it names on this host; starts nothing.",
        mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "the machine file")
    private Path file;

    @Option(names = "--json", description = "report as JSON")
    private boolean json;

    @Spec
    private CommandSpec command;

    private record Report(String file, boolean valid, List<Problem> problems) {}

    @Override
    public Integer call() {
        try {
            MachineFile machine = MachineFileReader.read(file);
            if (json) {
                report(List.of());
            } else {
                command.commandLine().getOut().println(file + ": ok, " + summary(machine));
            }
            return ExitCode.OK;
        } catch (MachineFileException e) {
            if (!json) {
                throw e;
            }
            report(e.problems());
            return ExitCode.USAGE;
        }
    }

    private void report(List<Problem> problems) {
        Report report = new Report(file.toString(), problems.isEmpty(), problems);
        command.commandLine().getOut().println(ControlJson.write(report));
    }

    private static String summary(MachineFile machine) {
        long devices = machine.driverDomains().stream()
                .mapToLong(domain -> domain.devices().size())
                .sum();
        return "machine " + machine.machine() + " with "
                + count(machine.driverDomains().size(), "driver domain") + ", "
                + count(devices, "device") + ", "
                + count(machine.guests().size(), "guest");
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
