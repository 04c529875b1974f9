// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.flip;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a run is carried out.
 *
 * @param rounds that count; one more comes before them, to warm up
 * @param seconds for each way and size, alone and beside a neighbour, in each round
 * @param plot where the picture goes
 */
public record FlipSettings(int rounds, double seconds, Optional<Path> plot) {
    public FlipSettings {
        if (rounds < 1 || rounds > 1_000) {
            throw new IllegalArgumentException("rounds must be 1 to 1000: rounds=" + rounds);
        }
        if (!(seconds >= 0.0001 && seconds <= 10)) {
            throw new IllegalArgumentException("seconds must be 0.0001 to 10: seconds=" + seconds);
        }
    }

    long nanos() {
        return (long) (seconds * 1e9);
    }
}
