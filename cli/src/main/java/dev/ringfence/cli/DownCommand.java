// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlClient;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.MachineDirectory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        MachineDirectory directory = choice.directory();
        try (ControlClient machine = new ControlClient(directory)) {
            machine.shutdown();
        }
        awaitGone(directory);
        command.commandLine().getOut().println("machine " + directory.machine() + " is down");
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
