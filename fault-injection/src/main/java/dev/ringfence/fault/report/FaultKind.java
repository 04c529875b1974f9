// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.FaultDescription;
import java.util.Comparator;

/** Faults that were done in the same way: of code faults those of one operator. */
record FaultKind(String family, String name) implements Comparable<FaultKind> {
    private static final Comparator<FaultKind> ORDER =
            Comparator.comparing(FaultKind::family).thenComparing(FaultKind::name);

    static FaultKind of(FaultDescription fault) {
        return new FaultKind(fault.family(), fault.name());
    }

    @Override
    public int compareTo(FaultKind other) {
        return ORDER.compare(this, other);
    }
}
