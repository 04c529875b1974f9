// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.cli.doctor.Doctor;
import dev.ringfence.cli.doctor.Finding;
import dev.ringfence.cli.doctor.Host;
import dev.ringfence.hypervisor.control.ControlJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        description = "Checks this host: what works, what is missing, what that costs, how to get it.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--json", description = "report as JSON")
    private boolean json;

    @ParentCommand
    private Ringfence ringfence;

    @Spec
    private CommandSpec command;

    private record Report(boolean ok, List<Map<String, String>> findings) {}

    @Override
    public Integer call() {
        List<Finding> findings = Doctor.examine(new Host(Path.of("/"), ringfence.environment(), ringfence.stateRoot()));
        boolean ok = findings.stream().noneMatch(finding -> finding.status() == Finding.Status.MISSING);
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(ControlJson.write(
                    new Report(ok, findings.stream().map(DoctorCommand::fields).toList())));
        } else {
            print(findings, out);
        }
        return ok ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static Map<String, String> fields(Finding finding) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("name", finding.name());
        fields.put("status", finding.status().word());
        fields.put("found", finding.found());
        fields.put("cost", finding.cost());
        fields.put("remedy", finding.remedy());
        return fields;
    }

    private static void print(List<Finding> findings, PrintWriter out) {
        for (Finding finding : findings) {
            out.printf("%-7s  %-18s  %s%n", finding.status().word(), finding.name(), finding.found());
            if (finding.status() != Finding.Status.OK) {
                out.printf("%-7s  %-18s  cost: %s%n", "", "", finding.cost());
                out.printf("%-7s  %-18s  get it: %s%n", "", "", finding.remedy());
            }
        }
    }
}
