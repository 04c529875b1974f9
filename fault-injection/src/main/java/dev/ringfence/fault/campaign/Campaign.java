// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.lab.Guest.Workload;
import java.util.List;

/**
 * What a campaign file says.
 *
 * @param name for the ledger and the report
 * @param driver "block"
 * @param trials over all shards
 * @param seed of all chance
 * @param families of faults, one of each at most
 * @param fenced false: a driver is replaced although it is not dead, which is what a fence is there against
 * @param workload what the guest does
 * @param powerCuts its disk has a volatile cache, and the power may fail
 */
public record Campaign(
        String name,
        String driver,
        int trials,
        long seed,
        List<FamilySpec> families,
        boolean fenced,
        Workload workload,
        boolean powerCuts) {
    public Campaign {
        families = List.copyOf(families);
    }

    /** The same, of another size. */
    public Campaign withTrials(int newTrials) {
        return new Campaign(name, driver, newTrials, seed, families, fenced, workload, powerCuts);
    }

    /** The same, with other chances. */
    public Campaign withSeed(long newSeed) {
        return new Campaign(name, driver, trials, newSeed, families, fenced, workload, powerCuts);
    }

    /** The same with the fence off, by another name: it is another campaign. */
    public Campaign withoutFence() {
        return new Campaign(
                fenced ? name + "-without-fence" : name, driver, trials, seed, families, false, workload, powerCuts);
    }
}
