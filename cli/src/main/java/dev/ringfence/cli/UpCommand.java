// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.ControlJson;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.control.MachineLock;
import dev.ringfence.hypervisor.control.MachineOptions;
import dev.ringfence.hypervisor.control.MachineOptions.Inheritance;
import dev.ringfence.hypervisor.control.MachineStatus;
import dev.ringfence.hypervisor.control.RunningMachine;
import dev.ringfence.hypervisor.machine.MachineFile;
import dev.ringfence.hypervisor.machine.MachineFileReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        description = "Starts the machine a file describes, and runs it until Ctrl-C or \"ringfence down\".",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "the machine file")
    private Path file;

    @Option(names = "--detach", description = "run it in the background; return once it is up")
    private boolean detach;

    @ArgGroup
    private Left left = new Left();

    /** What to do with domains that outlived their hypervisor: the one or the other. */
    private static final class Left {
        @Option(
                names = "--adopt",
                description = "take over the domains that go on although their hypervisor died; fail if there are none"
                        + " (without this option: take them over, or start the machine)")
        private boolean adopt;

        @Option(names = "--fresh", description = "end domains that outlived their hypervisor, and start anew")
        private boolean fresh;

        Inheritance inheritance() {
            if (adopt) {
                return Inheritance.REQUIRED;
            }
            return fresh ? Inheritance.REFUSED : Inheritance.IF_ANY;
        }
    }

    @Option(names = "--json", description = "what was started, then an event a line, as JSON")
    private boolean json;

    @ParentCommand
    private Ringfence ringfence;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        MachineFile machine = MachineFileReader.read(file);
        MachineDirectory directory = new MachineDirectory(ringfence.stateRoot().resolve(machine.machine()));
        directory.create();
        return detach ? startDetached(machine, directory) : run(machine, directory);
    }

    private int startDetached(MachineFile machine, MachineDirectory directory) {
        if (directory.lockHolder().isPresent()) {
            throw runsAlready(directory);
        }
        return new DetachedStart(ringfence, machine.file(), directory, options()).run(command.commandLine());
    }

    private DetachedStart.Options options() {
        return new DetachedStart.Options(json, left.adopt, left.fresh);
    }

    private int run(MachineFile machine, MachineDirectory directory) {
        MachineLock lock = directory.tryLock().orElseThrow(() -> runsAlready(directory));
        try (StopSignals signals = StopSignals.install(command.commandLine().getErr())) {
            RunningMachine running =
                    ringfence.launcher().launch(machine, new MachineOptions(directory, left.inheritance()));
            signals.onFirst(running.control()::shutdown);
            return watch(machine, running);
        } finally {
            lock.close();
        }
    }

    private int watch(MachineFile machine, RunningMachine running) {
        PrintWriter out = command.commandLine().getOut();
        try (EventPrinter events = new EventPrinter(running.control(), out, json)) {
            MachineStatus status = running.control().status();
            if (json) {
                out.println(ControlJson.write(status));
                out.flush();
            } else {
                StartReport.print(machine, status, out);
            }
            events.start();
            return running.awaitExit();
        }
    }

    private static ControlException runsAlready(MachineDirectory directory) {
        String pid =
                directory.lockHolder().map(holder -> " (pid " + holder + ")").orElse("");
        return new ControlException(
                409,
                "machine " + directory.machine() + " is running already" + pid
                        + "; stop it with: ringfence down --machine " + directory.machine());
    }
}
