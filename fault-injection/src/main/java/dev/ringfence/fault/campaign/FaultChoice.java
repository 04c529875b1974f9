// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.campaign.Campaign.Conditions;
import dev.ringfence.fault.lab.Fault;
import dev.ringfence.fault.lab.Guest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * Which fault a trial has: a driver, then a family by weight, then one of its faults. A trial's number and the campaign's seed say it all, so that
 * any of them can be done again, alone and in any order.
 */
public final class FaultChoice {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Campaign campaign;
    /** Of each driver. */
    private final Map<String, List<FaultSource>> tickets = new HashMap<>();

    private final CRC32C build = new CRC32C();

    /** A fault, and how ledgers describe it but for a code fault's edit, which shows when it is made. */
    public record Choice(Fault fault, FaultDescription description) {}

    public FaultChoice(Campaign campaign) {
        this.campaign = campaign;
        List<FamilySpec> families = campaign.families().stream()
                .filter(family -> family.weight() > 0)
                .toList();
        campaign.drivers().forEach(driver -> tickets.put(driver, tickets(families, driver)));
        Conditions conditions = campaign.conditions();
        if (conditions.workload() != Guest.Workload.MIXED || conditions.powerCuts()) {
            build.update((conditions.workload().word() + conditions.powerCuts()).getBytes(StandardCharsets.UTF_8));
        }
    }

    private List<FaultSource> tickets(List<FamilySpec> families, String driver) {
        List<FaultSource> all = new ArrayList<>();
        for (FamilySpec family : families) {
            FaultSource source = FaultSource.of(family, campaign, driver);
            source.digest(build);
            int weight = families.size() == 1 ? 1 : family.weight();
            all.addAll(Collections.nCopies(weight, source));
        }
        return all;
    }

    /** A digest of all that the choices depend on beside the campaign: of the classes in which sites are counted. */
    public String build() {
        return Long.toHexString(build.getValue());
    }

    public Choice of(long trial) {
        SplittableRandom random = random(trial);
        List<FaultSource> families = tickets.get(driver(random));
        FaultSource family = families.size() == 1 ? families.get(0) : families.get(random.nextInt(families.size()));
        return family.choose(random);
    }

    /** The driver of a trial; the first thing that chance decides, where there is a choice. */
    public String driver(long trial) {
        return driver(random(trial));
    }

    private String driver(SplittableRandom random) {
        List<String> drivers = campaign.drivers();
        return drivers.size() == 1 ? drivers.get(0) : drivers.get(random.nextInt(drivers.size()));
    }

    /** What the guest of a trial does. */
    public Guest guest(long trial) {
        return new Guest(
                campaign.conditions().workload(),
                random(trial).split().nextLong(),
                campaign.conditions().powerCuts(),
                campaign.conditions().tagged(),
                campaign.conditions().disk());
    }

    private SplittableRandom random(long trial) {
        return new SplittableRandom(campaign.seed() + GOLDEN * (trial + 1));
    }
}
