// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend;

import java.util.Map;

/**
 * A request that is answered with an error, because it has killed one driver after the other.
 *
 * @param operation what it asks for, in a word
 * @param sector of 512 bytes, the first it touches
 * @param attempts how often it was begun
 */
public record Conviction(String operation, long sector, long sectors, int attempts) {
    /** As an event carries it. */
    Map<String, Long> toEvent() {
        return Map.of("sector", sector, "sectors", sectors, "attempts", (long) attempts);
    }
}
