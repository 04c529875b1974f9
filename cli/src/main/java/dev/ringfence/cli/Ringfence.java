// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.backend.drivers.Drivers;
import dev.ringfence.cli.demo.DemoCommand;
import dev.ringfence.frontend.guest.GuestDomain;
import dev.ringfence.hypervisor.DomainPrograms;
import dev.ringfence.hypervisor.MachineBuilder;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.control.MachineLauncher;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code ringfence} command. */
@Command(
        name = "ringfence",
        description = "Runs device drivers in driver domains that crash and restart almost unnoticed.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            ValidateCommand.class,
            DoctorCommand.class,
            ListCommand.class,
            TopCommand.class,
            EventsCommand.class,
            AttachCommand.class,
            DetachCommand.class,
            KillCommand.class,
            RestartCommand.class,
            StoreCommand.class,
            BenchCommand.class,
            ExperimentCommand.class,
            RehearseCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 bad input or usage.",
            "Machines keep their sockets and logs below $RINGFENCE_STATE, else $XDG_RUNTIME_DIR/ringfence,",
            "else /run/ringfence (root) or /tmp/ringfence-<uid>."
        })
public final class Ringfence {
    private final MachineLauncher launcher;
    private final Map<String, String> environment;
    private final Class<?> mainClass;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "show stack traces (or RINGFENCE_DEBUG=1)")
    private boolean debug;

    /** @param mainClass what {@code up --detach} starts again, with the same environment */
    Ringfence(MachineLauncher launcher, Map<String, String> environment, Class<?> mainClass) {
        this.launcher = launcher;
        this.environment = environment;
        this.mainClass = mainClass;
    }

    public static void main(String[] args) {
        DomainPrograms programs = new DomainPrograms(Drivers.programs(), GuestDomain.class.getName());
        MachineLauncher launcher = new MachineBuilder(programs);
        System.exit(new Ringfence(launcher, System.getenv(), Ringfence.class)
                .commandLine()
                // picocli's own writer would not notice that nobody reads any more
                .setOut(new PrintWriter(System.out, true, Charset.defaultCharset()))
                .execute(args));
    }

    CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(this);
        commandLine.addSubcommand(new DemoCommand(launcher, home()));
        return commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Failures::usage)
                .setExecutionExceptionHandler((failure, command, parsed) -> Failures.report(failure, command, debug()));
    }

    MachineLauncher launcher() {
        return launcher;
    }

    Class<?> mainClass() {
        return mainClass;
    }

    boolean debug() {
        return debug || environment.getOrDefault("RINGFENCE_DEBUG", "").equals("1");
    }

    Map<String, String> environment() {
        return environment;
    }

    /** The source tree we were started from, or where we stand. */
    private Path home() {
        return Path.of(environment.getOrDefault("RINGFENCE_HOME", "")).toAbsolutePath();
    }

    /** Where this user's machines are. */
    Path stateRoot() {
        return MachineDirectory.root(environment);
    }
}
