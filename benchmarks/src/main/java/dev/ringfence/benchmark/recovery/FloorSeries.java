// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import dev.ringfence.benchmark.Summary;
import java.util.List;

/**
 * The floor's outages beside those of one depth and number of queues: microseconds, and each in nanoseconds.
 *
 * @param floor which; the longest gap that the guest sees without a kill is one of them
 */
public record FloorSeries(String floor, int queues, int depth, Summary outage, List<Long> nanos) {
    static final String QUIET = "no kill at all";
    static final String JVM = "bare lease, two JVMs";
    static final String C = "bare mutex, two C processes";

    public FloorSeries {
        nanos = List.copyOf(nanos);
    }

    static FloorSeries of(String floor, int queues, int depth, List<Long> nanos) {
        return new FloorSeries(floor, queues, depth, Summary.ofNanos(nanos), nanos);
    }
}
