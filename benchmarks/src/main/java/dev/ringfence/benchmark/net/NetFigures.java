// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import java.util.Map;
import java.util.TreeMap;

/**
 * What one run measured.
 *
 * @param value in the unit of the workload
 * @param details by name, with their units
 */
public record NetFigures(double value, Map<String, Double> details) {
    static final String LOST_PERCENT = "lostPercent";
    static final String RETRANSMITS = "retransmits";
    /** Followed by the name of a process. */
    static final String CPU_SECONDS_PER_GB = "cpuSecondsPerGB ";

    public NetFigures {
        details = Map.copyOf(details);
    }

    /** With more of them. */
    NetFigures with(Map<String, Double> more) {
        Map<String, Double> all = new TreeMap<>(details);
        all.putAll(more);
        return new NetFigures(value, all);
    }
}
