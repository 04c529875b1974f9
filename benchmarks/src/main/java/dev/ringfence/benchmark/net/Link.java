// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.ThreadTimes;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One way for frames between the two hosts, up and running.
 *
 * @param processes that carry the frames, by what they are; none where the kernel does it
 */
record Link(LinkKind kind, Map<String, Long> processes) {
    /** Nanoseconds on a processor so far, by process. */
    Map<String, ThreadTimes> times() {
        Map<String, ThreadTimes> times = new LinkedHashMap<>();
        processes.forEach((what, pid) -> times.put(what, ThreadTimes.of(pid)));
        return times;
    }

    /** Seconds on a processor since {@code earlier}, by process. */
    Map<String, Double> secondsSince(Map<String, ThreadTimes> earlier) {
        Map<String, Double> seconds = new LinkedHashMap<>();
        times().forEach((what, now) -> seconds.put(what, now.since(earlier.get(what), thread -> true) / 1e9));
        return seconds;
    }

    /** @throws BenchmarkException when a part of it has died */
    void requireAlive() {
        processes.forEach((what, pid) -> {
            if (!ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
                throw new BenchmarkException(kind.label() + ": " + what + " has died");
            }
        });
    }
}
