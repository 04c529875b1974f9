// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.lab.Guest.Workload;
import dev.ringfence.fault.lab.UserDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a campaign file says.
 *
 * @param name for the ledger and the report
 * @param drivers "block" or "net" or both, each as likely as the other
 * @param trials over all shards
 * @param seed of all chance
 * @param families of faults, one of each at most
 * @param conditions under which all of it takes place
 */
public record Campaign(
        String name, List<String> drivers, int trials, long seed, List<FamilySpec> families, Conditions conditions) {
    /**
     * What is the same for all trials.
     *
     * @param fenced false: a driver is replaced although it is not dead, which is what a fence is there against
     * @param workload what the guest does
     * @param powerCuts its disk has a volatile cache, and the power may fail
     * @param tagged the guest's front-end knows what each sector must hold
     * @param disk a user's, in place of the lab's
     */
    public record Conditions(
            boolean fenced, Workload workload, boolean powerCuts, boolean tagged, Optional<UserDisk> disk) {
        /** What a file that says nothing means. */
        public static final Conditions PLAIN = new Conditions(true, Workload.MIXED, false, false, Optional.empty());

        private Conditions with(boolean newFenced, boolean newTagged, Optional<UserDisk> newDisk) {
            return new Conditions(newFenced, workload, powerCuts, newTagged, newDisk);
        }
    }

    public Campaign {
        drivers = List.copyOf(drivers);
        families = List.copyOf(families);
    }

    /** The same, of another size. */
    public Campaign withTrials(int newTrials) {
        return new Campaign(name, drivers, newTrials, seed, families, conditions);
    }

    /** The same, with other chances. */
    public Campaign withSeed(long newSeed) {
        return new Campaign(name, drivers, trials, newSeed, families, conditions);
    }

    /** The same with the fence off, by another name: it is another campaign. */
    public Campaign withoutFence() {
        Conditions unfenced = conditions.with(false, conditions.tagged(), conditions.disk());
        return new Campaign(
                conditions.fenced() ? name + "-without-fence" : name, drivers, trials, seed, families, unfenced);
    }

    /** The same with tags, by another name. */
    public Campaign withTags() {
        Conditions tagged = conditions.with(conditions.fenced(), true, conditions.disk());
        return new Campaign(conditions.tagged() ? name : name + "-with-tags", drivers, trials, seed, families, tagged);
    }

    /** The same of another disk, by another name. */
    public Campaign withDisk(UserDisk disk) {
        String simple = disk.className().substring(disk.className().lastIndexOf('.') + 1);
        Conditions other = conditions.with(conditions.fenced(), conditions.tagged(), Optional.of(disk));
        return new Campaign(name + "-" + simple, drivers, trials, seed, families, other);
    }

    /** What driver processes have on their class path beside the lab. */
    List<Path> classpath() {
        return conditions.disk().map(UserDisk::classpath).orElse(List.of());
    }
}
