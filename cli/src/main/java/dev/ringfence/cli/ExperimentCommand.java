// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.fault.campaign.Ledger;
import dev.ringfence.fault.lab.DeviceFault;
import dev.ringfence.fault.lab.ProcessFault;
import dev.ringfence.fault.lab.ProtocolFault;
import dev.ringfence.fault.mutation.Operator;
import dev.ringfence.fault.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "experiment",
        description = "Puts faults into drivers and sees what becomes of them and their guests.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {
            ExperimentRunCommand.class,
            ExperimentCommand.Faults.class,
            ExperimentCommand.WriteReport.class,
            ExperimentCommand.Merge.class
        })
final class ExperimentCommand {

    @Command(name = "faults", description = "Lists the faults there are.", mixinStandardHelpOptions = true)
    static final class Faults implements Callable<Integer> {
        @Spec
        private CommandSpec command;

        @Override
        public Integer call() {
            Table table = new Table("FAMILY", "FAULT", "WHAT IT DOES");
            for (Operator operator : Operator.values()) {
                table.row("code", operator.word(), operator.description());
            }
            for (ProcessFault.Kind kind : ProcessFault.Kind.values()) {
                table.row(ProcessFault.FAMILY, kind.word(), kind.description());
            }
            for (ProtocolFault.Kind kind : ProtocolFault.Kind.values()) {
                table.row(ProtocolFault.FAMILY, kind.word(), kind.description());
            }
            for (DeviceFault.Kind kind : DeviceFault.Kind.values()) {
                table.row(DeviceFault.FAMILY, kind.word(), kind.description());
            }
            PrintWriter out = command.commandLine().getOut();
            table.print(out);
            out.flush();
            return ExitCode.OK;
        }
    }

    @Command(
            name = "report",
            description = {
                "Makes the report of a ledger: HTML, JSON and CSV.",
                "Others stand beside it, such as that of the same campaign with tags."
            },
            mixinStandardHelpOptions = true)
    static final class WriteReport implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "LEDGER")
        private Path ledger;

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "OTHER")
        private List<Path> others = List.of();

        @Option(
                names = "--report",
                paramLabel = "DIR",
                defaultValue = "report",
                description = "default ${DEFAULT-VALUE}")
        private Path directory;

        @Spec
        private CommandSpec command;

        @Override
        public Integer call() throws IOException {
            String line = others.stream().map(other -> " " + other).collect(Collectors.joining());
            Report.write(ledger, others, directory, "ringfence experiment report " + ledger + line);
            command.commandLine().getOut().println(directory.resolve("report.html"));
            return ExitCode.OK;
        }
    }

    @Command(
            name = "merge",
            description = "Makes one ledger of the ledgers of a campaign's shards.",
            mixinStandardHelpOptions = true)
    static final class Merge implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "OUT", description = "the ledger that is made")
        private Path out;

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "LEDGER")
        private List<Path> shards;

        @Spec
        private CommandSpec command;

        @Override
        public Integer call() throws IOException {
            try {
                Ledger.merge(out, shards);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(command.commandLine(), e.getMessage());
            }
            return ExitCode.OK;
        }
    }
}
