// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.List;
import java.util.stream.Collectors;

/** A machine file can't be used; says everything that is wrong with it, a line each. */
public final class MachineFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    public MachineFileException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** In the order of the file; never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
