// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.Remains;
import dev.ringfence.hypervisor.control.ControlClient;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.hypervisor.control.MachineLock;
import dev.ringfence.hypervisor.control.MachineOptions;
import dev.ringfence.hypervisor.control.MachineOptions.Inheritance;
import dev.ringfence.hypervisor.control.RunningMachine;
import dev.ringfence.hypervisor.machine.MachineFileException;
import dev.ringfence.hypervisor.machine.MachineFileReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "down",
        description = "Stops a machine cleanly, and waits until it is gone.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Runnable {
    private static final long POLL_MILLIS = 20;

    @Mixin
    private MachineChoice choice;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "how long to wait for it (default: ${DEFAULT-VALUE})")
    private long timeoutSeconds;

    @ParentCommand
    private Ringfence ringfence;

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        MachineDirectory directory = choice.directory();
        if (directory.isOrphaned()) {
            endOrphaned(directory);
        } else {
            try (ControlClient machine = new ControlClient(directory)) {
                machine.shutdown();
            }
            awaitGone(directory);
        }
        command.commandLine().getOut().println("machine " + directory.machine() + " is down");
    }

    /** Its hypervisor is gone: we become it, for as long as it takes to stop the machine in order. */
    private void endOrphaned(MachineDirectory directory) {
        MachineLock lock = directory
                .tryLock()
                .orElseThrow(() -> new ControlException(
                        409, "machine " + directory.machine() + " is being started or adopted just now"));
        try {
            stopInOrder(directory);
        } catch (MachineFileException | ControlException e) {
            if (!directory.isOrphaned()) {
                throw e;
            }
            command.commandLine()
                    .getErr()
                    .println("ringfence: can't be stopped in order, so its domains are killed: " + e.getMessage());
            new Remains(directory).end();
        } finally {
            lock.close();
        }
    }

    private void stopInOrder(MachineDirectory directory) {
        Path file =
                new Remains(directory).machineFile().orElseThrow(() -> new ControlException(409, "it never was up"));
        RunningMachine machine = ringfence
                .launcher()
                .launch(MachineFileReader.read(file), new MachineOptions(directory, Inheritance.REQUIRED));
        machine.control().shutdown();
        requireInOrder(machine.awaitExit(), directory);
    }

    private static void requireInOrder(int status, MachineDirectory directory) {
        if (status != 0) {
            throw new ControlException(500, "not everything ended in order; the machine's logs: " + directory.path());
        }
    }

    /** Its process gives the lock back last, so that whoever waits here can start the machine again at once. */
    private void awaitGone(MachineDirectory directory) {
        long deadlineNanos =
                System.nanoTime() + Duration.ofSeconds(timeoutSeconds).toNanos();
        try {
            while (directory.lockHolder().isPresent()) {
                if (System.nanoTime() - deadlineNanos > 0) {
                    throw new ControlException(
                            504,
                            "machine " + directory.machine() + " is still going down after " + timeoutSeconds
                                    + " s; its log: " + directory.log());
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlException(500, "interrupted while waiting for the machine to go down", e);
        }
    }
}
