// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.lab.Fault;
import dev.ringfence.fault.lab.Guest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * Which fault a trial has: a family by weight, then one of its faults. A trial's number and the campaign's seed say it all, so that
 * any of them can be done again, alone and in any order.
 */
public final class FaultChoice {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Campaign campaign;
    private final List<FaultSource> tickets = new ArrayList<>();
    private final CRC32C build = new CRC32C();

    /** A fault, and how ledgers describe it but for a code fault's edit, which shows when it is made. */
    public record Choice(Fault fault, FaultDescription description) {}

    public FaultChoice(Campaign campaign) {
        this.campaign = campaign;
        List<FamilySpec> families = campaign.families().stream()
                .filter(family -> family.weight() > 0)
                .toList();
        for (FamilySpec family : families) {
            FaultSource source = FaultSource.of(family, campaign);
            source.digest(build);
            for (int i = 0; i < family.weight(); i++) {
                tickets.add(source);
            }
            if (families.size() == 1) {
                break;
            }
        }
        if (campaign.conditions().workload() != Guest.Workload.MIXED
                || campaign.conditions().powerCuts()) {
            build.update((campaign.conditions().workload().word()
                            + campaign.conditions().powerCuts())
                    .getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A digest of all that the choices depend on beside the campaign: of the classes in which sites are counted. */
    public String build() {
        return Long.toHexString(build.getValue());
    }

    public Choice of(long trial) {
        SplittableRandom random = random(trial);
        FaultSource family = tickets.size() == 1 ? tickets.get(0) : tickets.get(random.nextInt(tickets.size()));
        return family.choose(random);
    }

    /** What the guest of a trial does. */
    public Guest guest(long trial) {
        return new Guest(
                campaign.conditions().workload(),
                random(trial).split().nextLong(),
                campaign.conditions().powerCuts(),
                campaign.conditions().tagged());
    }

    private SplittableRandom random(long trial) {
        return new SplittableRandom(campaign.seed() + GOLDEN * (trial + 1));
    }
}
