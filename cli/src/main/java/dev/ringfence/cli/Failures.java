// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.machine.MachineFileException;
import dev.ringfence.store.StoreError;
import dev.ringfence.store.StoreException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What went wrong, in words on standard error, and as an exit code. */
final class Failures {
    private Failures() {}

    static int usage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("ringfence: " + failure.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(failure, err)) {
            err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        return ExitCode.USAGE;
    }

    static int report(Exception failure, CommandLine command, boolean debug) {
        PrintWriter err = command.getErr();
        if (failure instanceof MachineFileException problems) {
            problems.problems().forEach(err::println);
        } else if (failure instanceof ControlException) {
            err.println("ringfence: " + failure.getMessage());
        } else if (failure instanceof StoreException refused) {
            err.println("ringfence: " + words(refused));
        } else {
            err.println("ringfence: " + failure + (debug ? "" : " (--debug shows where)"));
        }
        if (debug) {
            failure.printStackTrace(err);
        }
        err.flush();
        return exitCode(failure);
    }

    private static String words(StoreException refused) {
        return switch (refused.error()) {
            case ENOENT -> "there is no node " + refused.path();
            case EINVAL -> "not valid here: " + refused.path();
            case ENOTCONN -> "the store is gone";
            case ETIMEDOUT -> "the store does not answer";
            default -> "the store refuses it: " + refused.error() + " " + refused.path();
        };
    }

    private static int exitCode(Exception failure) {
        boolean badInput = failure instanceof MachineFileException
                || (failure instanceof StoreException store && store.error() == StoreError.EINVAL)
                || (failure instanceof ControlException refused && refused.isBadRequest());
        return badInput ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }
}
