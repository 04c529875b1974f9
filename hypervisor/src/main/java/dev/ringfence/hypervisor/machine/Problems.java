// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file. */
final class Problems {
    private final String file;
    private final List<Problem> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void add(SourceTree.Location location, String path, String message) {
        found.add(new Problem(file, location.line(), location.column(), path, message));
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new MachineFileException(found.stream()
                    .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                    .toList());
        }
    }
}
