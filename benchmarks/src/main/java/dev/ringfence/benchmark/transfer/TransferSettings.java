// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be measured.
 *
 * @param kills of the driver, all during one transfer
 * @param leastBytes to be transferred, and more if the kills take longer
 * @param seed of the instants
 * @param directory for the machine file
 * @param plot where the picture goes, if there is to be one
 */
public record TransferSettings(int kills, long leastBytes, long seed, Path directory, Optional<Path> plot) {
    public TransferSettings {
        if (kills < 1 || leastBytes < 1) {
            throw new IllegalArgumentException(
                    "a transfer has at least one kill and one byte: kills=" + kills + " leastBytes=" + leastBytes);
        }
    }

    Map<String, Object> asMap() {
        return Map.of("kills", kills, "leastBytes", leastBytes, "seed", seed);
    }
}
