// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What it takes to have a standby again after a takeover, while the guest goes on.
 *
 * @param standbys that were built
 * @param cpuMillis of processor time used by each until it was ready, median
 * @param millis from the death to the next standby ready, median
 */
public record StandbyCost(int standbys, double cpuMillis, double millis) {
    private static final double MILLIS_A_SECOND = 1_000;

    /** One standby: its processor time, and how long after the death it was ready. */
    record Build(long cpuMillis, long millis) {}

    static StandbyCost of(List<Build> builds) {
        return new StandbyCost(
                builds.size(), Medians.of(builds, build -> (double) build.cpuMillis()), Medians.of(builds, build ->
                        (double) build.millis()));
    }

    /** Kills a second after each of which a standby is ready again before the next. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    double sustainedKillsPerSecond() {
        return millis == 0 ? 0 : MILLIS_A_SECOND / millis;
    }
}
