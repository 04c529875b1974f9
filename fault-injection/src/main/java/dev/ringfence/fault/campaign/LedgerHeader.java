// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Map;

/**
 * The first line of a ledger: whose trials these are.
 *
 * @param version of the ledger's format
 * @param campaign its name
 * @param seed of all chance in it
 * @param trials how many the whole campaign has, over all shards
 * @param shard "K/N", "1/1" of a campaign in one piece
 * @param build what was tested: a digest of the driver's classes, since sites are counted in them
 * @param machine processors, memory, kernel, Java: for who reads the figures
 */
public record LedgerHeader(
        int version, String campaign, long seed, long trials, String shard, String build, Map<String, String> machine) {
    public static final int VERSION = 1;

    /** Among what is said of the machine: "on" when guests' front-ends had tags. */
    static final String TAGS = "tags";

    @JsonIgnore
    public boolean isTagged() {
        return "on".equals(machine.get(TAGS));
    }
}
