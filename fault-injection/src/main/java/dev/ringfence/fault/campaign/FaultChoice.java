// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.lab.Fault;
import dev.ringfence.fault.mutation.MutationSite;
import dev.ringfence.fault.mutation.Mutator;
import dev.ringfence.fault.mutation.Operator;
import dev.ringfence.fault.mutation.Part;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * Which fault a trial has: first a part by weight, then an operator, then a site. A trial's number and the campaign's seed say it
 * all, so that any of them can be done again, alone and in any order.
 */
public final class FaultChoice {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Campaign campaign;
    private final List<Part> tickets = new ArrayList<>();
    private final Map<Part, Map<Operator, List<MutationSite>>> sites = new EnumMap<>(Part.class);
    private final CRC32C build = new CRC32C();

    /** A fault, and how ledgers describe it but for the edit, which shows when it is made. */
    public record Choice(Part part, MutationSite site, Fault fault) {}

    public FaultChoice(Campaign campaign) {
        this.campaign = campaign;
        for (Part part : Part.values()) {
            int weight = campaign.parts().getOrDefault(part, 0);
            Map<Operator, List<MutationSite>> found = sites(part, campaign);
            sites.put(part, found);
            for (int i = 0; i < weight && !found.isEmpty(); i++) {
                tickets.add(part);
            }
        }
        if (tickets.isEmpty()) {
            throw new IllegalArgumentException("no class of these parts has a place for these operators: parts="
                    + campaign.parts() + " operators=" + campaign.operators());
        }
    }

    private Map<Operator, List<MutationSite>> sites(Part part, Campaign of) {
        Map<Operator, List<MutationSite>> found = new EnumMap<>(Operator.class);
        for (String name : part.classes(of.driver())) {
            byte[] classFile = Mutator.classFile(name);
            build.update(classFile);
            for (MutationSite site : Mutator.sites(classFile)) {
                if (of.operators().contains(site.operator())) {
                    found.computeIfAbsent(site.operator(), operator -> new ArrayList<>())
                            .add(site);
                }
            }
        }
        return found;
    }

    /** A digest of all classes that may get a fault: sites are counted in them. */
    public String build() {
        return Long.toHexString(build.getValue());
    }

    public Choice of(long trial) {
        SplittableRandom random = new SplittableRandom(campaign.seed() + GOLDEN * (trial + 1));
        Part part = tickets.get(random.nextInt(tickets.size()));
        Map<Operator, List<MutationSite>> operators = sites.get(part);
        List<Operator> able = List.copyOf(operators.keySet());
        List<MutationSite> places = operators.get(able.get(random.nextInt(able.size())));
        MutationSite site = places.get(random.nextInt(places.size()));
        return new Choice(part, site, new Fault(site.className(), site.index(), random.nextLong()));
    }

    /** As ledgers have it. */
    public FaultDescription describe(Choice choice) {
        MutationSite site = choice.site();
        String simple = site.className().substring(site.className().lastIndexOf('.') + 1);
        String edit = Mutator.apply(
                        Mutator.classFile(site.className()),
                        site.index(),
                        choice.fault().seed())
                .edit();
        return new FaultDescription(
                "code",
                site.operator().word(),
                choice.part().word(),
                simple + "." + site.method() + ":" + site.line(),
                edit);
    }
}
