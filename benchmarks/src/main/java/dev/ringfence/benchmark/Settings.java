// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.nio.file.Path;

/**
 * How a run is carried out.
 *
 * @param rounds that count; one more comes before them, to warm up
 * @param seconds for each engine and workload in each round
 * @param sizeBytes of every disk; whole MiB
 * @param directory where the image files lie for the time of the run
 * @param skipPeers leave out all NBD servers, our own too
 */
public record Settings(int rounds, double seconds, long sizeBytes, Path directory, boolean skipPeers) {
    public static final long SIZE_BYTES_MIN = 16L << 20;
    public static final long SIZE_BYTES_MAX = 64L << 30;

    private static final long MIB = 1 << 20;

    public Settings {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds must be at least 1: rounds=" + rounds);
        }
        if (!(seconds >= 0.01 && seconds <= 60)) {
            throw new IllegalArgumentException("seconds must be 0.01 to 60: seconds=" + seconds);
        }
        if (sizeBytes < SIZE_BYTES_MIN || sizeBytes > SIZE_BYTES_MAX || sizeBytes % MIB != 0) {
            throw new IllegalArgumentException("size must be whole MiB from 16MiB to 64GiB: size=" + sizeBytes);
        }
    }

    long nanos() {
        return (long) (seconds * 1e9);
    }
}
