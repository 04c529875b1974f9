// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.mutation.Operator;
import dev.ringfence.fault.mutation.Part;
import java.util.List;
import java.util.Map;

/**
 * What a campaign file says.
 *
 * @param name for the ledger and the report
 * @param driver "block"
 * @param trials over all shards
 * @param seed of all chance
 * @param parts whose classes get faults, with their weights
 * @param operators that make them, each as likely as the others where it has a site
 */
public record Campaign(
        String name, String driver, int trials, long seed, Map<Part, Integer> parts, List<Operator> operators) {
    public Campaign {
        parts = Map.copyOf(parts);
        operators = List.copyOf(operators);
    }

    /** The same, of another size. */
    public Campaign withTrials(int newTrials) {
        return new Campaign(name, driver, newTrials, seed, parts, operators);
    }

    /** The same, with other chances. */
    public Campaign withSeed(long newSeed) {
        return new Campaign(name, driver, trials, newSeed, parts, operators);
    }
}
